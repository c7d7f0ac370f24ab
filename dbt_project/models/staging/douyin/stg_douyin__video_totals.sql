-- Grain: one row per account and record hash: totals of a video of the last 30 days, as answered.
{{ config(post_hook="{{ remember_staged_loads('douyin', 'item_base') }}") }}

{% set fields = [
    ("item_id", "content_id", "text", true),
    ("create_time", "_created_at", "epoch", true),
    ("total_play", "total_play", "bigint", false),
    ("total_like", "total_like", "bigint", false),
    ("total_comment", "total_comment", "bigint", false),
    ("total_share", "total_share", "bigint", false),
    ("avg_play_duration", "avg_play_duration", "rate", false),
] %}

{% set computed = {
    "published_date": "cast(_created_at as date)",
} %}

{{ stage_payloads("douyin", "item_base", fields, "null", computed) }}
