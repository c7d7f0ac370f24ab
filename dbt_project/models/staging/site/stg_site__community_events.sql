-- Grain: one row per account and record hash: what a member did in a community.
{{ config(post_hook="{{ remember_staged_loads('site', 'community') }}") }}

{% set fields = [
    ("event_id", "event_id", "text", true),
    ("occurred_at", "happened_at", "timestamp", true),
    ("community_id", "community_id", "text", true),
    ("action", "action", "text", true),
    ("user_id", "user_identity", "text", true),
] %}

{{ stage_payloads("site", "community", fields, "cast(happened_at as date)") }}
