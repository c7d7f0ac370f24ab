-- Grain: one row per account and record hash: an entry of the hot list of an hour, JSON shape.
{{ config(post_hook="{{ remember_staged_loads('weibo_hot_search', 'hot_search_json') }}") }}

{% set fields = [
    ("snapshot_date", "record_date", "date", true),
    ("snapshot_hour", "snapshot_hour", "integer", true),
    ("rank", "rank", "integer", true),
    ("title", "title", "text", true),
    ("category", "category", "text", false),
    ("hot", "heat", "count", false),
    ("ads", "is_ad", "boolean", false),
    ("readCount", "read_count", "count", false),
    ("discussCount", "discuss_count", "count", false),
    ("origin", "origin_count", "count", false),
    ("description", "description", "text", false),
    ("url", "url", "text", false),
] %}

{{ stage_payloads("weibo_hot_search", "hot_search_json", fields, "record_date") }}
