-- Grain: one row per account and record hash: comments of an account and day, as answered.
{{ config(post_hook="{{ remember_staged_loads('douyin', 'user_comment') }}") }}

{% set fields = [
    ("date", "record_date", "date", true),
    ("new_comment", "new_comment", "bigint", false),
] %}

{{ stage_payloads("douyin", "user_comment", fields, "record_date") }}
