-- Grain: one row per account and record hash: somebody's post that names the account, as listed.
{{ config(post_hook="{{ remember_staged_loads('weibo', 'statuses_mentions') }}") }}

{% set fields = [
    ("idstr", "mention_id", "text", true),
    ("created_at", "mentioned_at", "weekday_time", true),
    ("deleted", "_deleted", "boolean", false),
    ("text", "mention_text", "text", false),
    ("user.idstr", "identity", "text", false),
    ("user.followers_count", "author_followers", "bigint", false),
    ("retweeted_status.idstr", "content_id", "text", false),
    ("attitudes_count", "likes", "bigint", false),
    ("comments_count", "comments", "bigint", false),
    ("reposts_count", "shares", "bigint", false),
] %}

{% set computed = {
    "is_whole": "not coalesce(_deleted, false)",
} %}

{{ stage_payloads("weibo", "statuses_mentions", fields, "null", computed) }}
