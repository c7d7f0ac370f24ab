-- Grain: one row per account and record hash: an ad (广告计划), as listed; our level of ad groups.
{{ config(post_hook="{{ remember_staged_loads('weibo_ads', 'ad') }}") }}

{% set fields = [
    ("id", "ad_group_id", "text", true),
    ("campaign_id", "campaign_id", "text", true),
    ("name", "ad_group_name", "text", true),
    ("effective_status", "status", "text", false),
    ("optimization_goal", "optimization_goal", "text", false),
    ("daily_budget", "_daily_budget", "amount", false),
    ("ocpx_bid_amount", "_ocpx_bid_amount", "amount", false),
    ("created_at", "created_at", "timestamp", false),
    ("updated_at", "modified_at", "timestamp", false),
] %}

{% set computed = {
    "budget_amount": "nullif(_daily_budget, 0)",
    "cpa_bid_amount": "nullif(_ocpx_bid_amount, 0)",
} %}

{{ stage_payloads("weibo_ads", "ad", fields, "null", computed) }}
