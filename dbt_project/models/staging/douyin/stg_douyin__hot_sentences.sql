-- Grain: one row per account and record hash: an entry of the hot list, as listed.
{{ config(post_hook="{{ remember_staged_loads('douyin', 'hot_sentences') }}") }}

{% set fields = [
    ("active_time", "active_at", "timestamp", true),
    ("rank", "rank", "integer", true),
    ("sentence", "title", "text", true),
    ("hot_level", "heat", "bigint", false),
] %}

{{ stage_payloads("douyin", "hot_sentences", fields, "null") }}
