-- Grain: one row per account and record hash: a unit (单元), as listed; deleted ones are listed too. Money is in 分.
{{ config(post_hook="{{ remember_staged_loads('xiaohongshu', 'unit') }}") }}

{% set fields = [
    ("id", "ad_group_id", "text", true),
    ("campaign_id", "campaign_id", "text", true),
    ("name", "ad_group_name", "text", true),
    ("enable", "_is_enabled", "boolean", true),
    ("unit_filter_state", "_state", "text", false),
    ("event_bid", "_bid_fen", "bigint", false),
    ("create_time", "created_at", "timestamp", false),
    ("update_time", "modified_at", "timestamp", false),
] %}

{% set computed = {
    "status": "case when _state = '1' then 'DELETE' when _is_enabled then 'ENABLE' else 'DISABLE' end",
    "cpa_bid_amount": "cast(_bid_fen * 0.01 as decimal(20, 5))",
} %}

{{ stage_payloads("xiaohongshu", "unit", fields, "null", computed) }}
