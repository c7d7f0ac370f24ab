-- Grain: one row per account and record hash: a finished live session of the bound Channels account, as listed.
-- Its numbers are final totals of people (viewers, followers won) and taps (likes).
{{ config(post_hook="{{ remember_staged_loads('wechat', 'channels_live') }}") }}

{% set fields = [
    ("export_id", "live_id", "text", true),
    ("live_start_time", "started_at", "epoch", true),
    ("live_start_time", "_started_seconds", "bigint", true),
    ("live_duration_in_seconds", "duration_seconds", "bigint", true),
    ("total_audience_count", "viewers", "bigint", false),
    ("max_online_count", "peak_viewers", "bigint", false),
    ("audiences_avg_seconds", "average_view_seconds", "amount", false),
    ("total_cheer_count", "likes", "bigint", false),
    ("total_comment_count", "comments", "bigint", false),
    ("forward_count", "shares", "bigint", false),
    ("new_follow_count", "new_follows", "bigint", false),
] %}

{% set computed = {
    "ended_at": business_time_from_epoch("(_started_seconds + duration_seconds)"),
} %}

{{ stage_payloads("wechat", "channels_live", fields, "null", computed) }}
