-- Grain: one row per account and record hash: shares of an account and day, as answered.
{{ config(post_hook="{{ remember_staged_loads('douyin', 'user_share') }}") }}

{% set fields = [
    ("date", "record_date", "date", true),
    ("new_share", "new_share", "bigint", false),
] %}

{{ stage_payloads("douyin", "user_share", fields, "record_date") }}
