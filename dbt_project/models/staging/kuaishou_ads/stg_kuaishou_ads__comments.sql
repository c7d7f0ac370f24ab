-- Grain: one row per account and record hash: a comment under an ad video, as listed.
{{ config(post_hook="{{ remember_staged_loads('kuaishou_ads', 'comment') }}") }}

{% set fields = [
    ("comment_id", "comment_id", "text", true),
    ("comment_content", "comment_text", "text", false),
    ("post_time", "commented_at", "epoch_ms", true),
    ("fav_num", "likes", "count", false),
    ("photo_id", "content_id", "text", false),
    ("comment_author_id", "identity", "text", false),
    ("shield_status", "_shield_status", "text", false),
    ("reply_status", "_reply_status", "text", false),
] %}

{% set computed = {
    "is_hidden": "_shield_status = '2'",
    "is_answered": "_reply_status = '2'",
} %}

{{ stage_payloads("kuaishou_ads", "comment", fields, "null", computed) }}
