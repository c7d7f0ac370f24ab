-- Grain: one row per account and record hash: a finished live session of the bound Channels account, as listed.
{{ config(post_hook="{{ remember_staged_loads('wechat', 'channels_live') }}") }}

{% set fields = [
    ("export_id", "live_id", "text", true),
    ("live_start_time", "started_at", "epoch", true),
    ("live_start_time", "_started_seconds", "bigint", true),
    ("live_duration_in_seconds", "live_duration_in_seconds", "bigint", true),
    ("total_audience_count", "total_audience_count", "bigint", false),
    ("max_online_count", "max_online_count", "bigint", false),
    ("audiences_avg_seconds", "audiences_avg_seconds", "bigint", false),
    ("total_cheer_count", "total_cheer_count", "bigint", false),
    ("total_comment_count", "total_comment_count", "bigint", false),
    ("forward_count", "forward_count", "bigint", false),
    ("new_follow_count", "new_follow_count", "bigint", false),
] %}

{% set computed = {
    "ended_at": business_time_from_epoch("(_started_seconds + live_duration_in_seconds)"),
} %}

{{ stage_payloads("wechat", "channels_live", fields, "null", computed) }}
