-- Grain: one row per account and record hash: what somebody did in a marketing activity.
{{ config(post_hook="{{ remember_staged_loads('site', 'activity') }}") }}

{% set fields = [
    ("event_id", "event_id", "text", true),
    ("occurred_at", "participated_at", "timestamp", true),
    ("activity_id", "activity_id", "text", true),
    ("action", "action", "text", true),
    ("visitor_id", "visitor_identity", "text", false),
    ("user_id", "user_identity", "text", false),
    ("utm_source", "utm_source", "text", false),
    ("utm_medium", "utm_medium", "text", false),
    ("utm_campaign", "utm_campaign", "text", false),
    ("utm_content", "utm_content", "text", false),
] %}

{{ stage_payloads("site", "activity", fields, "cast(participated_at as date)") }}
