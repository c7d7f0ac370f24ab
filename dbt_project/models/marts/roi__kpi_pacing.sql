-- Grain: one row per target (a metric of a month, for a platform, a source, an account or all of it), and one per
-- metric
-- that has values in the newest month but no target. Expected to date is the target times the share of the month's
-- days, or working days, that are over. What is seen is compared up to the newest covered day.
with
    as_of as (select max(metric_date) as as_of_date from {{ ref("fct_coverage_daily") }}),

    kpi_values as ({{ kpi_values() }}),

    targets as (
        select
            metric,
            cast(date_trunc('month', month) as date) as month,
            platform,
            source,
            account_id,
            target,
            goal,
            pacing
        from {{ ref("kpi_targets") }}
        union all
        select distinct
            kpi_values.metric,
            cast(date_trunc('month', as_of.as_of_date) as date),
            cast(null as varchar),
            cast(null as varchar),
            cast(null as varchar),
            cast(null as decimal(20, 5)),
            cast(null as varchar),
            'days'
        from kpi_values
        inner join as_of on kpi_values.metric_date between date_trunc('month', as_of.as_of_date) and as_of.as_of_date
        left join
            {{ ref("kpi_targets") }} as given
            on kpi_values.metric = given.metric
            and given.month = date_trunc('month', as_of.as_of_date)
        where given.metric is null
    ),

    days as (
        select
            month_start_date,
            cast(count(*) as bigint) as days,
            cast(sum(case when date_day <= as_of_date then 1 else 0 end) as bigint) as days_over,
            cast(sum(case when worked then 1 else 0 end) as bigint) as workdays,
            cast(sum(case when worked and date_day <= as_of_date then 1 else 0 end) as bigint) as workdays_over
        from (select *, coalesce(is_workday, iso_weekday <= 5) as worked from {{ ref("dim_date") }}) as dates
        cross join as_of
        group by month_start_date
    ),

    measured as (
        select
            targets.metric,
            targets.month,
            targets.platform,
            targets.source,
            targets.account_id,
            targets.target,
            targets.goal,
            targets.pacing,
            as_of.as_of_date,
            days.days as days_in_month,
            days.days_over,
            cast(count(distinct kpi_values.metric_date) as bigint) as days_with_data,
            cast(sum(kpi_values.value) as decimal(20, 5)) as actual,
            cast(
                targets.target
                * case when targets.pacing = 'workdays' then days.workdays_over else days.days_over end
                / case when targets.pacing = 'workdays' then days.workdays else days.days end as decimal(20, 5)
            ) as expected
        from targets
        cross join as_of
        inner join days on targets.month = days.month_start_date
        left join
            kpi_values
            on targets.metric = kpi_values.metric
            and targets.month = cast(date_trunc('month', kpi_values.metric_date) as date)
            and kpi_values.metric_date <= as_of.as_of_date
            and coalesce(targets.platform, kpi_values.platform) = kpi_values.platform
            and coalesce(targets.source, kpi_values.source) = kpi_values.source
            and coalesce(targets.account_id, kpi_values.account_id) = kpi_values.account_id
        group by all
    ),

    judged as (select *, {{ kpi_status() }} as status from measured)

select
    metric,
    month as month_start_date,
    platform,
    source,
    account_id,
    goal,
    pacing,
    as_of_date,
    days_over,
    days_in_month,
    days_with_data,
    target,
    expected as expected_to_date,
    actual as actual_to_date,
    status,
    status in ('behind', 'over', 'missed') as is_alert,
    case
        status
        when 'no_target'
        then 'no target is set for this metric and month'
        when 'not_started'
        then 'the month begins after the newest covered day'
        when 'no_data'
        then 'no value of this metric in this scope and month'
    end as reason
from judged
