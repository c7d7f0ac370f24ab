-- Grain: one row per account and day, days without data included.
-- Followers are carried forward over days that no answer covers; every other column stays null there, because unknown
-- is not zero.
with
    accounts as (select * from {{ ref("dim_account") }}),

    account_daily as (select * from {{ ref("fct_account_daily") }}),

    spans as (
        select source, account_id, min(metric_date) as first_date, max(metric_date) as last_date
        from account_daily
        group by source, account_id
    ),

    days as (
        select spans.source, spans.account_id, dates.date_day as metric_date
        from spans
        inner join {{ ref("dim_date") }} as dates on dates.date_day between spans.first_date and spans.last_date
    ),

    carried as (
        select
            days.source,
            days.account_id,
            days.metric_date,
            account_daily.followers as observed_followers,
            last_value(account_daily.followers ignore nulls) over (
                partition by days.source, days.account_id order by days.metric_date
            ) as followers
        from days
        left join account_daily using (source, account_id, metric_date)
    ),

    dense as (
        select
            accounts.platform,
            carried.source,
            carried.account_id,
            accounts.account_name,
            carried.metric_date,
            cast({{ iso_weekday("carried.metric_date") }} as bigint) as iso_weekday,
            carried.followers,
            carried.observed_followers is null and carried.followers is not null as is_followers_carried,
            account_daily.new_follows,
            account_daily.lost_follows,
            account_daily.net_follows,
            account_daily.views,
            account_daily.impressions,
            account_daily.reach,
            account_daily.clicks,
            account_daily.profile_views,
            account_daily.likes,
            account_daily.recommends,
            account_daily.comments,
            account_daily.shares,
            account_daily.saves,
            account_daily.contents_published
        from carried
        inner join accounts using (source, account_id)
        left join account_daily using (source, account_id, metric_date)
    )

select *
from dense
