-- Grain: one row per account, day of the request and event of the analytics tool, on touched days.
-- Clicks have no id and may repeat within a millisecond: they are numbered. A custom event is its page, name and time.
{% set of_visits = {
    "event_id": "rows.event_id",
    "event_at": "rows.event_at",
    "visitor_identity": "rows.visitor_identity",
    "session_id": "rows.session_id",
    "page": "rows.page",
    "referrer_host": "rows.referrer_host",
    "device_type": "rows.device_type",
    "utm_source": "rows.utm_source",
    "utm_medium": "rows.utm_medium",
    "utm_campaign": "rows.utm_campaign",
    "utm_content": "rows.utm_content",
    "click_id": "rows.click_id",
} %}
{% set of_pages = {
    "event_id": "rows.event_id",
    "event_at": "rows.event_at",
    "visitor_identity": "rows.visitor_identity",
    "user_identity": "rows.user_identity",
    "session_id": "rows.session_id",
    "page": "rows.page",
    "referrer_host": "rows.referrer_host",
    "device_type": "rows.device_type",
    "utm_source": "rows.utm_source",
    "utm_medium": "rows.utm_medium",
    "utm_campaign": "rows.utm_campaign",
    "utm_content": "rows.utm_content",
    "click_id": "rows.click_id",
} %}
{% set of_custom = {
    "event_id": "'e:' || coalesce(rows.page_request_id, rows.session_id) || ':' || rows.event_milliseconds || ':' || rows.event_name",
    "event_at": "rows.event_at",
    "event_name": "rows.event_name",
    "event_value": "rows.event_value",
    "visitor_identity": "rows.visitor_identity",
    "user_identity": "rows.user_identity",
    "session_id": "rows.session_id",
    "page": "rows.page",
} %}
{% set number = (
    "row_number() over (partition by rows.account, rows.record_date, rows.link_id, rows.event_milliseconds"
    ~ " order by rows.event_name, rows.device_type, rows.utm_source, rows.utm_campaign)"
) %}
{% set of_clicks = {
    "event_id": "'c:' || rows.link_id || ':' || rows.event_milliseconds || ':' || " ~ number,
    "event_at": "rows.event_at",
    "event_name": "rows.event_name",
    "device_type": "rows.device_type",
    "utm_source": "rows.utm_source",
    "utm_campaign": "rows.utm_campaign",
    "utm_content": "rows.link_id",
} %}

with
    touched as ({{ touched_days("fct_web_event", "growingio") }}),

    web_events as (
        {{ bulk_web_events("growingio", "visit", "stg_growingio__visits", "visit", of_visits) }}
        union all
        {{ bulk_web_events("growingio", "page", "stg_growingio__pages", "page_view", of_pages) }}
        union all
        {{ bulk_web_events("growingio", "custom_event", "stg_growingio__custom_events", "custom", of_custom) }}
        union all
        {{ bulk_web_events("growingio", "ads_track_click", "stg_growingio__ad_clicks", "ad_click", of_clicks) }}
    )

    {{ conform("web_events", "web_events", canonical_columns("web_events") | map(attribute=0)) }}
