-- Grain: one row per account and record hash: likes of an account and day, as answered.
{{ config(post_hook="{{ remember_staged_loads('douyin', 'user_like') }}") }}

{% set fields = [
    ("date", "record_date", "date", true),
    ("new_like", "new_like", "bigint", false),
] %}

{{ stage_payloads("douyin", "user_like", fields, "record_date") }}
