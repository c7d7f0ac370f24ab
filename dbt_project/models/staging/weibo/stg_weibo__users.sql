-- Grain: one row per account and record hash: the account's profile, as it stood when asked.
{{ config(post_hook="{{ remember_staged_loads('weibo', 'users_show') }}") }}

{% set fields = [
    ("idstr", "user_id", "text", true),
    ("followers_count", "followers_count", "bigint", false),
    ("statuses_count", "statuses_count", "bigint", false),
    ("verified", "is_verified", "boolean", false),
    ("created_at", "created_at", "weekday_time", false),
] %}

{{ stage_payloads("weibo", "users_show", fields, "null") }}
