-- Grain: one row per account and touched day: net follows against the change of followers since the day before.
with
    touched as ({{ touched_days("reconciliation", "wechat") }}),

    account_daily as (
        select
            *,
            lag(followers) over (partition by source, account_id order by metric_date) as previous_followers,
            lag(metric_date) over (partition by source, account_id order by metric_date) as previous_date
        from {{ ref("fct_account_daily") }}
    ),

    checked as (
        select
            account_daily.source,
            account_daily.account_id,
            account_daily.metric_date,
            'follows_against_followers' as check_name,
            cast(account_daily.net_follows as decimal(20, 5)) as detail_total,
            cast(account_daily.followers - account_daily.previous_followers as decimal(20, 5)) as summary_total
        from account_daily
        inner join
            touched
            on account_daily.source = touched.source
            and account_daily.account_id = touched.account
            and account_daily.metric_date = touched.metric_date
        where
            account_daily.previous_date = {{ add_days("account_daily.metric_date", -1) }}
            and account_daily.net_follows is not null
            and account_daily.followers is not null
            and account_daily.previous_followers is not null
    )

select *
from checked
