-- Grain: one row per account and record hash: what fans and all people gave, as answered.
{{ config(post_hook="{{ remember_staged_loads('douyin', 'fans_flow') }}") }}

{% set fields = [
    ("flow", "flow", "text", true),
    ("fans_sum", "fans_sum", "bigint", false),
    ("all_sum", "all_sum", "bigint", false),
] %}

{{ stage_payloads("douyin", "fans_flow", fields, "null") }}
