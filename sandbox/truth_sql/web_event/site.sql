-- Grain: one row per visit or sign-up that the webhook has delivered by the instant.
with
    visits as (
        select
            "at",
            known_at,
            event_id,
            'visit' as event_type,
            null as event_name,
            session_id,
            page,
            referrer_host,
            device_type,
            utm_source,
            utm_medium,
            utm_campaign,
            utm_content,
            click_id
        from shop_visit
    ),
    sign_ups as (
        select
            s.at,
            s.known_at,
            s.event_id,
            'sign_up' as event_type,
            s.method as event_name,
            v.session_id,
            null as page,
            null as referrer_host,
            null as device_type,
            v.utm_source,
            v.utm_medium,
            v.utm_campaign,
            v.utm_content,
            v.click_id
        from shop_sign_up s
        join shop_visit v on s.day = v.day and s.visit = v.number
    )
select
    'site' as platform,
    'site' as source,
    'shop' as account_id,
    * exclude ("at", known_at),
    local_time("at") as event_at,
    day_date(day_at("at")) as event_date
from (from visits union all from sign_ups)
where known_at <= $as_of and day_at("at") between $first and $last
order by event_at, event_id
