-- Grain: one row per account and record hash: a campaign, as listed. It has a budget in all or by day, 0 for none.
{{ config(post_hook="{{ remember_staged_loads('weibo_ads', 'campaign') }}") }}

{% set fields = [
    ("id", "campaign_id", "text", true),
    ("name", "campaign_name", "text", true),
    ("objective", "marketing_goal", "text", false),
    ("effective_status", "status", "text", false),
    ("budget_type", "budget_mode", "text", false),
    ("lifetime_budget", "_lifetime_budget", "amount", false),
    ("daily_budget", "_daily_budget", "amount", false),
] %}

{% set computed = {
    "budget_amount": "nullif(case when budget_mode = '1' then _lifetime_budget else _daily_budget end, 0)",
    "created_at": "cast(null as timestamp)",
    "modified_at": "cast(null as timestamp)",
} %}

{{ stage_payloads("weibo_ads", "campaign", fields, "null", computed) }}
