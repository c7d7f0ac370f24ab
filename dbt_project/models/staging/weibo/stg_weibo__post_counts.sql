-- Grain: one row per account and record hash: counters of a post since publication, as they stood when asked.
-- Likes are called attitudes, by the commercial interface likes. A post that the answer left out is missing.
{{ config(post_hook="{{ remember_staged_loads('weibo', 'statuses_count') }}") }}

{% set fields = [
    ("id", "content_id", "text", true),
    ("created_at", "published_at", "weekday_time", true),
    ("reposts", "reposts", "bigint", false),
    ("comments", "comments", "bigint", false),
    ("attitudes", "_attitudes", "bigint", false),
    ("likes", "_likes", "bigint", false),
    ("is_missing", "_missing", "boolean", false),
] %}

{% set computed = {
    "published_date": "cast(published_at as date)",
    "attitudes": "coalesce(_attitudes, _likes)",
    "is_missing": "coalesce(_missing, false)",
} %}

{{ stage_payloads("weibo", "statuses_count", fields, "null", computed) }}
