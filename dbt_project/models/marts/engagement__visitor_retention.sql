-- Grain: one row per source that watches the site, account, week of a visitor's first visit, and week since.
-- Sources know visitors by ids of their own: cohorts of two sources are never added up. A week that is not over at the
-- newest covered day has no number.
with
    accounts as (select source, account_id, account_name, platform from {{ ref("dim_account") }}),

    seen as (
        select
            source,
            account_id,
            cohort_week,
            week_start_date,
            cast(count(*) as bigint) as visitors,
            max(last_seen_date) as last_seen_date
        from {{ ref("fct_visitor_weekly") }}
        group by source, account_id, cohort_week, week_start_date
    ),

    as_of as (select source, account_id, max(last_seen_date) as as_of_date from seen group by source, account_id),

    cohorts as (
        select source, account_id, cohort_week, visitors as cohort_visitors
        from seen
        where week_start_date = cohort_week
    ),

    weeks as (
        select cohorts.*, dates.date_day as week_start_date, as_of.as_of_date
        from cohorts
        inner join as_of using (source, account_id)
        inner join
            {{ ref("dim_date") }} as dates
            on dates.iso_weekday = 1
            and dates.date_day between cohorts.cohort_week and as_of.as_of_date
    ),

    visitor_retention as (
        select
            accounts.platform,
            weeks.source,
            weeks.account_id,
            accounts.account_name,
            weeks.cohort_week,
            weeks.week_start_date,
            cast((weeks.week_start_date - weeks.cohort_week) / 7 as bigint) as weeks_since,
            {{ add_days("weeks.week_start_date", 6) }} <= weeks.as_of_date as is_week_over,
            weeks.cohort_visitors,
            case
                when {{ add_days("weeks.week_start_date", 6) }} <= weeks.as_of_date then coalesce(seen.visitors, 0)
            end as returned_visitors
        from weeks
        inner join accounts using (source, account_id)
        left join seen using (source, account_id, cohort_week, week_start_date)
    )

select *
from visitor_retention
