-- Grain: one row per account and record hash: an ad group, as listed.
-- Money is in 分, 0 for none. The bid is one per conversion in the modes that optimize for conversions.
{{ config(post_hook="{{ remember_staged_loads('tencent_ads', 'adgroup') }}") }}

{% set fields = [
    ("adgroup_id", "ad_group_id", "text", true),
    ("adgroup_name", "ad_group_name", "text", true),
    ("system_status", "status", "text", false),
    ("optimization_goal", "optimization_goal", "text", false),
    ("bid_mode", "bid_mode", "text", false),
    ("daily_budget", "_budget_fen", "bigint", false),
    ("bid_amount", "_bid_fen", "bigint", false),
    ("is_deleted", "is_deleted", "boolean", false),
    ("created_time", "created_at", "epoch", false),
    ("last_modified_time", "modified_at", "epoch", false),
] %}

{% set computed = {
    "budget_amount": "cast(nullif(_budget_fen, 0) * 0.01 as decimal(20, 5))",
    "cpa_bid_amount": "case when bid_mode like 'BID_MODE_OCP%' then cast(nullif(_bid_fen, 0) * 0.01 as decimal(20, 5)) end",
} %}

{{ stage_payloads("tencent_ads", "adgroup", fields, "null", computed) }}
