-- Grain: one row per account and record hash: a visit of the site.
{{ config(post_hook="{{ remember_staged_loads('site', 'visit') }}") }}

{% set fields = [
    ("event_id", "event_id", "text", true),
    ("occurred_at", "event_at", "timestamp", true),
    ("session_id", "session_id", "text", false),
    ("visitor_id", "visitor_identity", "text", false),
    ("user_id", "user_identity", "text", false),
    ("page", "page", "text", false),
    ("referrer_host", "referrer_host", "text", false),
    ("device_type", "device_type", "text", false),
    ("utm_source", "utm_source", "text", false),
    ("utm_medium", "utm_medium", "text", false),
    ("utm_campaign", "utm_campaign", "text", false),
    ("utm_content", "utm_content", "text", false),
    ("click_id", "click_id", "text", false),
] %}

{{ stage_payloads("site", "visit", fields, "cast(event_at as date)") }}
