-- Grain: one row per account and record hash: the account's counts, as they stood when asked.
{{ config(post_hook="{{ remember_staged_loads('weibo', 'users_counts') }}") }}

{% set fields = [
    ("id", "user_id", "text", true),
    ("followers_count", "followers_count", "bigint", true),
    ("friends_count", "friends_count", "bigint", false),
    ("statuses_count", "statuses_count", "bigint", false),
] %}

{{ stage_payloads("weibo", "users_counts", fields, "null") }}
