-- Grain: one row per account and record hash: a consent given or taken back on the site.
{{ config(post_hook="{{ remember_staged_loads('site', 'consent') }}") }}

{% set fields = [
    ("event_id", "event_id", "text", true),
    ("occurred_at", "decided_at", "timestamp", true),
    ("visitor_id", "visitor_identity", "text", false),
    ("user_id", "user_identity", "text", false),
    ("phone", "phone_identity", "text", false),
    ("email", "email_identity", "text", false),
    ("purpose", "purpose", "text", true),
    ("is_granted", "is_granted", "boolean", true),
    ("policy_version", "policy_version", "text", false),
] %}

{{ stage_payloads("site", "consent", fields, "cast(decided_at as date)") }}
