-- Grain: one row per account and record hash: followers at the end of a day, as answered.
{{ config(post_hook="{{ remember_staged_loads('wechat', 'getusercumulate') }}") }}

{% set fields = [
    ("ref_date", "record_date", "date", true),
    ("cumulate_user", "cumulate_user", "bigint", true),
] %}

{{ stage_payloads("wechat", "getusercumulate", fields, "record_date") }}
