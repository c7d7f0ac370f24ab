-- Grain: one row per account and record hash: an inquiry on the site.
{{ config(post_hook="{{ remember_staged_loads('site', 'inquiry') }}") }}

{% set fields = [
    ("event_id", "event_id", "text", true),
    ("lead_id", "lead_id", "text", true),
    ("occurred_at", "lead_at", "timestamp", true),
    ("visitor_id", "visitor_identity", "text", false),
    ("user_id", "user_identity", "text", false),
    ("phone", "phone_identity", "text", false),
    ("email", "email_identity", "text", false),
    ("product", "product", "text", false),
    ("message", "message_text", "text", false),
    ("session_id", "session_id", "text", false),
    ("utm_source", "utm_source", "text", false),
    ("utm_medium", "utm_medium", "text", false),
    ("utm_campaign", "utm_campaign", "text", false),
    ("utm_content", "utm_content", "text", false),
    ("click_id", "click_id", "text", false),
] %}

{{ stage_payloads("site", "inquiry", fields, "cast(lead_at as date)") }}
