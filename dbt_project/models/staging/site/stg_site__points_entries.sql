-- Grain: one row per account and record hash: points that a member was given or that were taken away.
{{ config(post_hook="{{ remember_staged_loads('site', 'points') }}") }}

{% set fields = [
    ("event_id", "event_id", "text", true),
    ("occurred_at", "booked_at", "timestamp", true),
    ("user_id", "user_identity", "text", true),
    ("points", "points", "bigint", true),
    ("reason", "reason", "text", false),
    ("order_id", "order_id", "text", false),
    ("activity_id", "activity_id", "text", false),
] %}

{{ stage_payloads("site", "points", fields, "cast(booked_at as date)") }}
