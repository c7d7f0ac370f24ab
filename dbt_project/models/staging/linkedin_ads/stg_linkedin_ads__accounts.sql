-- Grain: one row per account and record hash: an ad account, as listed.
{{ config(post_hook="{{ remember_staged_loads('linkedin_ads', 'ad_account') }}") }}

{% set fields = [
    ("id", "account_id", "text", true),
    ("name", "account_name", "text", false),
    ("currency", "currency", "text", true),
    ("status", "status", "text", false),
] %}

{{ stage_payloads("linkedin_ads", "ad_account", fields, "null") }}
