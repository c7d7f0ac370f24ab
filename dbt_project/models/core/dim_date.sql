-- Grain: one row per calendar day. It is also the time spine of the metrics.
with
    days as (
        select cast(day_at as date) as date_day
        from {{ series("'" ~ var("first_calendar_day") ~ "'", "'" ~ var("last_calendar_day") ~ "'", "day", "day_at") }}
    ),

    dim_date as (
        select
            date_day,
            cast(date_trunc('week', date_day) as date) as week_start_date,
            cast(date_trunc('month', date_day) as date) as month_start_date,
            cast({{ iso_weekday("date_day") }} as bigint) as iso_weekday
        from days
    )

select *
from dim_date
