-- Grain: one row per account and record hash: an ad account, as told.
{{ config(post_hook="{{ remember_staged_loads('tencent_ads', 'advertiser') }}") }}

{% set fields = [
    ("account_id", "advertiser_id", "text", true),
    ("corporate_brand_name", "_brand_name", "text", false),
    ("corporation_name", "_corporation_name", "text", false),
    ("system_status", "status", "text", false),
] %}

{% set computed = {
    "account_name": "coalesce(_brand_name, _corporation_name)",
} %}

{{ stage_payloads("tencent_ads", "advertiser", fields, "null", computed) }}
