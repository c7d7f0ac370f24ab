-- Grain: one row per day, hour and origin of visits and sign-ups of the site, by the one source that counts on that
-- day.
-- Several sources may watch the same site: adding them up would count a visit twice. The first of the seed web_watchers
-- that saw a visit on a day speaks for the day.
with
    hourly as (select * from {{ ref("fct_web_event_hourly") }}),

    watchers as (select * from {{ ref("web_watchers") }}),

    ranked as (
        select
            hourly.platform,
            hourly.event_date,
            hourly.source,
            row_number() over (
                partition by hourly.platform, hourly.event_date order by watchers.precedence, hourly.source
            ) as place
        from hourly
        inner join watchers using (source)
        where hourly.event_type = 'visit'
        group by hourly.platform, hourly.event_date, hourly.source, watchers.precedence
    ),

    fct_visit_daily as (
        select
            hourly.platform,
            hourly.source,
            hourly.account_id,
            hourly.event_date as metric_date,
            hourly.event_hour,
            hourly.utm_source,
            hourly.utm_medium,
            hourly.utm_campaign,
            hourly.utm_content,
            coalesce(origins.platform, hourly.utm_source, 'direct') as origin_platform,
            cast(sum(case when hourly.event_type = 'visit' then hourly.events else 0 end) as bigint) as visits,
            cast(sum(case when hourly.event_type = 'sign_up' then hourly.events else 0 end) as bigint) as sign_ups
        from hourly
        inner join
            ranked
            on hourly.platform = ranked.platform
            and hourly.event_date = ranked.event_date
            and hourly.source = ranked.source
            and ranked.place = 1
        left join {{ ref("traffic_origins") }} as origins using (utm_source)
        where hourly.event_type in ('visit', 'sign_up')
        group by
            hourly.platform,
            hourly.source,
            hourly.account_id,
            hourly.event_date,
            hourly.event_hour,
            hourly.utm_source,
            hourly.utm_medium,
            hourly.utm_campaign,
            hourly.utm_content,
            origins.platform
    )

select *
from fct_visit_daily
