-- Grain: one row per account and record hash: an entry of the hot list of an hour, CSV shape.
{{ config(post_hook="{{ remember_staged_loads('weibo_hot_search', 'hot_search_csv') }}") }}

{% set fields = [
    ("snapshot_date", "record_date", "date", true),
    ("snapshot_hour", "snapshot_hour", "integer", true),
    ("rank_in_file", "rank", "integer", true),
    ("title", "title", "text", true),
    ("category", "category", "text", false),
    ("hot", "heat", "count", false),
    ("ads", "is_ad", "boolean", false),
    ("read_count", "read_count", "count", false),
    ("discuss_count", "discuss_count", "count", false),
    ("origin_count", "origin_count", "count", false),
] %}

{{ stage_payloads("weibo_hot_search", "hot_search_csv", fields, "record_date") }}
