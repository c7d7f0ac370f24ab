-- Grain: one row per account and record hash: a campaign (计划), as listed. Money is in 分.
-- The platform tells no time of change.
{{ config(post_hook="{{ remember_staged_loads('xiaohongshu', 'campaign') }}") }}

{% set fields = [
    ("campaign_id", "campaign_id", "text", true),
    ("campaign_name", "campaign_name", "text", true),
    ("campaign_enable", "_is_enabled", "boolean", true),
    ("marketing_target", "marketing_goal", "text", false),
    ("limit_day_budget", "_is_limited", "boolean", false),
    ("campaign_day_budget", "_budget_fen", "bigint", false),
    ("campaign_create_time", "created_at", "timestamp", false),
] %}

{% set computed = {
    "status": "case when _is_enabled then 'ENABLE' else 'DISABLE' end",
    "budget_mode": "case when _is_limited then 'DAY' else 'UNLIMITED' end",
    "budget_amount": "case when _is_limited then cast(_budget_fen * 0.01 as decimal(20, 5)) end",
    "modified_at": "cast(null as timestamp)",
} %}

{{ stage_payloads("xiaohongshu", "campaign", fields, "null", computed) }}
