-- Grain: one row per landed row of a load: a page view as the analytics tool saw it.
{{ config(post_hook="{{ remember_staged_loads('growingio', 'page') }}") }}

{% set fields = [
    ("pageRequestId", "event_id", "text"),
    ("time", "event_at", "epoch_ms"),
    ("visitUserId", "visitor_identity", "text"),
    ("loginUserId", "user_identity", "text"),
    ("sessionId", "session_id", "text"),
    ("platform", "device_type", "text"),
    ("domain", "domain", "text"),
    ("page", "page", "text"),
    ("referrer_host", "referrer_host", "text"),
    ("utm_source", "utm_source", "text"),
    ("utm_medium", "utm_medium", "text"),
    ("utm_campaign", "utm_campaign", "text"),
    ("utm_content", "utm_content", "text"),
    ("click_id", "click_id", "text"),
] %}

{{ stage_columns("growingio", "page", "pageRequestId", fields) }}
