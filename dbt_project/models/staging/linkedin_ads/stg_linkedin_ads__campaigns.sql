-- Grain: one row per account and record hash: an ad group (LinkedIn's campaign), as listed.
{{ config(post_hook="{{ remember_staged_loads('linkedin_ads', 'campaign') }}") }}

{% set fields = [
    ("id", "ad_group_id", "text", true),
    ("campaignGroup", "_group_urn", "text", true),
    ("name", "ad_group_name", "text", true),
    ("status", "status", "text", false),
    ("objectiveType", "optimization_goal", "text", false),
    ("dailyBudget.amount", "_daily_amount", "amount", false),
    ("totalBudget.amount", "_total_amount", "amount", false),
    ("changeAuditStamps.created.time", "created_at", "epoch_ms", false),
    ("changeAuditStamps.lastModified.time", "modified_at", "epoch_ms", false),
] %}

{% set computed = {
    "campaign_id": extract_first("_group_urn", "([0-9]+)$"),
    "budget_amount": "coalesce(_daily_amount, _total_amount)",
    "budget_mode": "case when _daily_amount is not null then 'DAILY' when _total_amount is not null then 'TOTAL' end",
} %}

{{ stage_payloads("linkedin_ads", "campaign", fields, "null", computed) }}
