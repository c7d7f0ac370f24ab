-- Grain: one row per account and record hash: fans of an account and day, as answered.
{{ config(post_hook="{{ remember_staged_loads('douyin', 'user_fans') }}") }}

{% set fields = [
    ("date", "record_date", "date", true),
    ("total_fans", "total_fans", "bigint", false),
    ("new_fans", "new_fans", "bigint", false),
] %}

{{ stage_payloads("douyin", "user_fans", fields, "record_date") }}
