-- Grain: one row per account and record hash: a campaign, as listed.
{{ config(post_hook="{{ remember_staged_loads('oceanengine', 'project') }}") }}

{% set fields = [
    ("project_id", "campaign_id", "text", true),
    ("name", "campaign_name", "text", true),
    ("status_first", "status", "text", false),
    ("marketing_goal", "marketing_goal", "text", false),
    ("landing_type", "landing_type", "text", false),
    ("delivery_setting.budget_mode", "budget_mode", "text", false),
    ("delivery_setting.budget", "budget_amount", "amount", false),
    ("delivery_setting.cpa_bid", "cpa_bid_amount", "amount", false),
    ("project_create_time", "created_at", "timestamp", false),
    ("project_modify_time", "modified_at", "timestamp", false),
] %}

{{ stage_payloads("oceanengine", "project", fields, "null") }}
