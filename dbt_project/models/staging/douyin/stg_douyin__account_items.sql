-- Grain: one row per account and record hash: posts and plays of an account and day, as answered.
{{ config(post_hook="{{ remember_staged_loads('douyin', 'user_item') }}") }}

{% set fields = [
    ("date", "record_date", "date", true),
    ("new_issue", "new_issue", "bigint", false),
    ("new_play", "new_play", "bigint", false),
    ("total_issue", "total_issue", "bigint", false),
] %}

{{ stage_payloads("douyin", "user_item", fields, "record_date") }}
