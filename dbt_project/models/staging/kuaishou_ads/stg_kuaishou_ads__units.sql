-- Grain: one row per account and record hash: an ad group (广告组), as listed. Budgets and bids are in 厘.
{{ config(post_hook="{{ remember_staged_loads('kuaishou_ads', 'unit') }}") }}

{% set fields = [
    ("unit_id", "ad_group_id", "text", true),
    ("campaign_id", "campaign_id", "text", true),
    ("unit_name", "ad_group_name", "text", true),
    ("put_status", "_put_status", "text", false),
    ("ocpx_action_type", "optimization_goal", "text", false),
    ("day_budget", "_day_budget", "bigint", false),
    ("cpa_bid", "_cpa_bid", "bigint", false),
    ("create_time", "created_at", "timestamp", false),
    ("update_time", "modified_at", "timestamp", false),
] %}

{% set computed = {
    "status": kuaishou_put_status("_put_status"),
    "budget_amount": kuaishou_yuan("_day_budget"),
    "cpa_bid_amount": kuaishou_yuan("_cpa_bid"),
} %}

{{ stage_payloads("kuaishou_ads", "unit", fields, "null", computed) }}
