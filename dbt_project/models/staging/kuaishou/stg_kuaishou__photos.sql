-- Grain: one row per account and record hash: a video, as listed.
-- In review it may have no counters.
{{ config(post_hook="{{ remember_staged_loads('kuaishou', 'photo') }}") }}

{% set fields = [
    ("photo_id", "content_id", "text", true),
    ("caption", "title", "text", false),
    ("create_time", "published_at", "epoch_ms", true),
    ("view_count", "view_count", "count", false),
    ("like_count", "like_count", "count", false),
    ("comment_count", "comment_count", "count", false),
    ("pending", "is_pending", "boolean", false),
] %}

{% set computed = {
    "published_date": "cast(published_at as date)",
    "content_type": "'video'",
} %}

{{ stage_payloads("kuaishou", "photo", fields, "null", computed) }}
