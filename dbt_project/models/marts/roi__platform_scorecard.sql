-- Grain: one row per platform and month. A measure that nothing of the platform tells is null, not zero.
-- Orders stand with the platform whose campaign they are credited to, all others with the shop's own.
with
    results as ({{ account_results() }}),

    months as (
        select
            platform,
            cast(date_trunc('month', metric_date) as date) as month_start_date,
            max(metric_date) as last_date,
            {{ scorecard_sums() }}
        from results
        group by platform, cast(date_trunc('month', metric_date) as date)
    ),

    counted as (
        select
            platform,
            followers,
            cast(date_trunc('month', metric_date) as date) as month_start_date,
            row_number() over (
                partition by source, account_id, cast(date_trunc('month', metric_date) as date)
                order by metric_date desc
            ) as newest
        from {{ ref("fct_account_daily") }}
        where followers is not null
    ),

    followers as (
        select platform, month_start_date, cast(sum(followers) as bigint) as followers
        from counted
        where newest = 1
        group by platform, month_start_date
    ),

    platform_scorecard as (
        select months.*, '{{ var("reporting_currency") }}' as reporting_currency, followers.followers
        from months
        left join followers using (platform, month_start_date)
    )

select *
from platform_scorecard
