-- Grain: one row per source, account and record hash: a live session as a file lists it.
{{ config(post_hook="{{ remember_staged_loads(none, 'file_live_sessions') }}") }}

{% set fields = file_fields(
    [("live_id", "live_id", "text", true), ("started_at", "started_at", "timestamp", true)]
    + same_named("ended_at", "timestamp")
    + same_named("duration_seconds average_view_seconds", "rate")
    + same_named("viewers peak_viewers likes comments shares new_follows", "bigint")
) %}

{{ stage_payloads(none, "file_live_sessions", fields, "null") }}
