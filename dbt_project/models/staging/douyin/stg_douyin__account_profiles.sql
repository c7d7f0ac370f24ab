-- Grain: one row per account and record hash: people on the profile of an account and day, as answered.
{{ config(post_hook="{{ remember_staged_loads('douyin', 'user_profile') }}") }}

{% set fields = [
    ("date", "record_date", "date", true),
    ("profile_uv", "profile_uv", "bigint", false),
] %}

{{ stage_payloads("douyin", "user_profile", fields, "record_date") }}
