-- Grain: one row per calendar day, with what the business calendar says of it. It is also the time spine of the
-- metrics.
-- A year that the calendar does not hold has no holidays and no working days: unknown, not none. Of seasons that
-- overlap, the shorter one counts.
with
    days as (
        select cast(day_at as date) as date_day
        from {{ series("'" ~ var("first_calendar_day") ~ "'", "'" ~ var("last_calendar_day") ~ "'", "day", "day_at") }}
    ),

    calendar as (select * from {{ ref("business_calendar") }}),

    years as (
        select
            extract(year from last_date) as calendar_year,
            case when max(status) = 'expected' then 'expected' else 'announced' end as calendar_status
        from calendar
        where kind = 'holiday'
        group by extract(year from last_date)
    ),

    told as (
        select
            days.date_day,
            calendar.*,
            row_number() over (
                partition by days.date_day, calendar.kind
                order by
                    {{ days_between("calendar.first_date", "calendar.last_date") }}, calendar.first_date, calendar.name
            ) as place
        from days
        inner join calendar on days.date_day between calendar.first_date and calendar.last_date
    ),

    named as (
        select
            date_day,
            max(case when kind = 'holiday' then name end) as holiday_name,
            max(case when kind = 'holiday' then name_zh end) as holiday_name_zh,
            max(case when kind = 'workday' then name end) as made_up_for,
            max(case when kind = 'season' then name end) as season,
            max(case when kind = 'season' then name_zh end) as season_zh
        from told
        where place = 1
        group by date_day
    ),

    dim_date as (
        select
            days.date_day,
            cast(date_trunc('week', days.date_day) as date) as week_start_date,
            cast(date_trunc('month', days.date_day) as date) as month_start_date,
            cast({{ iso_weekday("days.date_day") }} as bigint) as iso_weekday,
            case when years.calendar_year is not null then named.holiday_name is not null end as is_holiday,
            case
                when years.calendar_year is null
                then null
                when named.holiday_name is not null
                then false
                else named.made_up_for is not null or {{ iso_weekday("days.date_day") }} <= 5
            end as is_workday,
            named.holiday_name,
            named.holiday_name_zh,
            named.season,
            named.season_zh,
            years.calendar_status
        from days
        left join named using (date_day)
        left join years on extract(year from days.date_day) = years.calendar_year
    )

select *
from dim_date
