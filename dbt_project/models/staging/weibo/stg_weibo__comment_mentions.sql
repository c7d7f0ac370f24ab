-- Grain: one row per account and record hash: a comment that names the account, as listed.
{{ config(post_hook="{{ remember_staged_loads('weibo', 'comments_mentions') }}") }}

{% set fields = [
    ("idstr", "mention_id", "text", true),
    ("created_at", "mentioned_at", "weekday_time", true),
    ("text", "mention_text", "text", false),
    ("user.idstr", "identity", "text", false),
    ("user.followers_count", "author_followers", "bigint", false),
    ("status.idstr", "content_id", "text", false),
] %}

{{ stage_payloads("weibo", "comments_mentions", fields, "null") }}
