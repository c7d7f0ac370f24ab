-- Grain: one row per account and record hash: shares of a video and day, as answered.
{{ config(post_hook="{{ remember_staged_loads('douyin', 'item_share') }}") }}

{% set fields = [
    ("item_id", "content_id", "text", true),
    ("create_time", "_created_at", "epoch", true),
    ("date", "record_date", "date", true),
    ("share", "shares", "bigint", false),
] %}

{% set computed = {
    "published_date": "cast(_created_at as date)",
} %}

{{ stage_payloads("douyin", "item_share", fields, "record_date", computed) }}
