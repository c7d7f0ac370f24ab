-- Grain: one row per account, day, hour and kind of thing that people did: all that is known to the hour.
with
    accounts as (select * from {{ ref("dim_account") }}),

    told as (
        select source, account_id, commented_at as done_at, 'comment' as activity, 1 as times
        from {{ ref("fct_comment") }}
        union all
        select source, account_id, mentioned_at, 'mention', 1
        from {{ ref("fct_mention") }}
        union all
        select source, account_id, lead_at, 'lead', 1
        from {{ ref("fct_lead") }}
        union all
        select source, account_id, ordered_at, 'order', 1
        from {{ ref("fct_order") }}
    ),

    by_hour as (
        select
            source,
            account_id,
            cast(done_at as date) as metric_date,
            cast(extract(hour from done_at) as bigint) as hour_of_day,
            activity,
            times
        from told
        where done_at is not null
        union all
        select source, account_id, metric_date, event_hour, 'visit', visits
        from {{ ref("fct_visit_daily") }}
        union all
        select source, account_id, metric_date, event_hour, 'sign_up', sign_ups
        from {{ ref("fct_visit_daily") }}
    ),

    hourly as (
        select
            accounts.platform,
            by_hour.source,
            by_hour.account_id,
            accounts.account_name,
            by_hour.metric_date,
            cast({{ iso_weekday("by_hour.metric_date") }} as bigint) as iso_weekday,
            by_hour.hour_of_day,
            by_hour.activity,
            cast(sum(by_hour.times) as bigint) as actions
        from by_hour
        inner join accounts using (source, account_id)
        where by_hour.times > 0
        group by
            accounts.platform,
            by_hour.source,
            by_hour.account_id,
            accounts.account_name,
            by_hour.metric_date,
            by_hour.hour_of_day,
            by_hour.activity
    )

select *
from hourly
