-- Grain: one row per account and record hash: a campaign (LinkedIn's campaign group), as listed.
{{ config(post_hook="{{ remember_staged_loads('linkedin_ads', 'campaign_group') }}") }}

{% set fields = [
    ("id", "campaign_id", "text", true),
    ("name", "campaign_name", "text", true),
    ("status", "status", "text", false),
    ("objectiveType", "marketing_goal", "text", false),
    ("dailyBudget.amount", "_daily_amount", "amount", false),
    ("totalBudget.amount", "_total_amount", "amount", false),
    ("changeAuditStamps.created.time", "created_at", "epoch_ms", false),
    ("changeAuditStamps.lastModified.time", "modified_at", "epoch_ms", false),
] %}

{% set computed = {
    "budget_amount": "coalesce(_daily_amount, _total_amount)",
    "budget_mode": "case when _daily_amount is not null then 'DAILY' when _total_amount is not null then 'TOTAL' end",
} %}

{{ stage_payloads("linkedin_ads", "campaign_group", fields, "null", computed) }}
