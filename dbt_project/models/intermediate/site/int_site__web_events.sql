-- Grain: one row per account and event of the site on touched days: visits and sign-ups.
{% set of_visits = [
    "session_id",
    "visitor_identity",
    "user_identity",
    "page",
    "referrer_host",
    "device_type",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "click_id",
] %}
{% set of_sign_ups = [
    "session_id",
    "visitor_identity",
    "user_identity",
    "event_name",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "click_id",
] %}

with
    touched as ({{ touched_days("fct_web_event", "site") }}),

    web_events as (
        {{ web_events_of("site", "visit", "stg_site__visits", of_visits) }}
        union all
        {{ web_events_of("site", "sign_up", "stg_site__sign_ups", of_sign_ups) }}
    )

    {{ conform("web_events", "web_events", canonical_columns("web_events") | map(attribute=0)) }}
