-- Grain: one row per account and record hash: an account's fans at the time of asking.
{{ config(post_hook="{{ remember_staged_loads('kuaishou', 'user_info') }}") }}

{% set fields = [
    ("fan", "fan", "count", true),
    ("follow", "following", "count", false),
] %}

{{ stage_payloads("kuaishou", "user_info", fields, "null") }}
