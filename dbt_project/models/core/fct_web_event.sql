-- Grain: one row per event of the site or app: a visit, a page view, a sign-up, an event of one's own.
-- Sources that watch the same site tell of the same visit, each by itself: never add them up.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_touched(day='filed_date') }}",
    )
}}

with
    web_events as ({{ union_conformed("web_events") }}),

    named as (
        select sources.platform, web_events.* from web_events inner join {{ ref("sources") }} as sources using (source)
    ),

    fct_web_event as (
        select
            named.platform,
            named.source,
            named.account_id,
            named.event_id,
            named.event_type,
            named.event_name,
            named.event_at,
            cast(named.event_at as date) as event_date,
            named.filed_date,
            named.session_id,
            {{ identity_ids("named", ["visitor", "user"]) }},
            named.page,
            named.referrer_host,
            named.device_type,
            named.utm_source,
            named.utm_medium,
            named.utm_campaign,
            named.utm_content,
            named.click_id,
            named.event_value
        from named
    )

select *
from fct_web_event
