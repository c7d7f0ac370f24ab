-- Grain: one row per account, day and way in which people followed or left.
with
    followers as (select * from {{ ref("fct_follower_source_daily") }}),

    accounts as (select * from {{ ref("dim_account") }}),

    audience_daily as (
        select
            followers.platform,
            followers.source,
            followers.account_id,
            accounts.account_name,
            followers.metric_date,
            followers.follow_source_code,
            followers.follow_source,
            followers.new_follows,
            followers.lost_follows,
            followers.new_follows - followers.lost_follows as net_follows
        from followers
        left join accounts using (source, account_id)
    )

select *
from audience_daily
