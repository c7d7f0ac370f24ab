-- Grain: one row per account and record hash: a campaign (计划), as listed. Budgets are in 厘.
{{ config(post_hook="{{ remember_staged_loads('kuaishou_ads', 'campaign') }}") }}

{% set fields = [
    ("campaign_id", "campaign_id", "text", true),
    ("campaign_name", "campaign_name", "text", true),
    ("campaign_type", "marketing_goal", "text", false),
    ("put_status", "_put_status", "text", false),
    ("day_budget", "_day_budget", "bigint", false),
    ("create_time", "created_at", "timestamp", false),
    ("update_time", "modified_at", "timestamp", false),
] %}

{% set computed = {
    "status": kuaishou_put_status("_put_status"),
    "budget_amount": kuaishou_yuan("_day_budget"),
} %}

{{ stage_payloads("kuaishou_ads", "campaign", fields, "null", computed) }}
