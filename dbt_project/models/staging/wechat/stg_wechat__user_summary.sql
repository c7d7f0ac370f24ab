-- Grain: one row per account and record hash: new and lost followers by the way they came, as answered.
{{ config(post_hook="{{ remember_staged_loads('wechat', 'getusersummary') }}") }}

{% set fields = [
    ("ref_date", "record_date", "date", true),
    ("user_source", "follow_source_code", "text", true),
    ("new_user", "new_user", "bigint", true),
    ("cancel_user", "cancel_user", "bigint", true),
] %}

{{ stage_payloads("wechat", "getusersummary", fields, "record_date") }}
