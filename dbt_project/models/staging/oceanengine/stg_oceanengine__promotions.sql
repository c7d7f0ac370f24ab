-- Grain: one row per account and record hash: an ad, as listed.
{{ config(post_hook="{{ remember_staged_loads('oceanengine', 'promotion') }}") }}

{% set fields = [
    ("promotion_id", "ad_id", "text", true),
    ("project_id", "campaign_id", "text", true),
    ("promotion_name", "ad_name", "text", true),
    ("status_first", "status", "text", false),
    ("learning_phase", "learning_phase", "text", false),
    ("budget_mode", "budget_mode", "text", false),
    ("budget", "budget_amount", "amount", false),
    ("cpa_bid", "cpa_bid_amount", "amount", false),
    ("promotion_materials.video_material_list[].item_id", "_item_id", "text", false),
    ("promotion_create_time", "created_at", "timestamp", false),
    ("promotion_modify_time", "modified_at", "timestamp", false),
] %}

{% set computed = {
    "item_id": "nullif(nullif(_item_id, '0'), '')",
} %}

{{ stage_payloads("oceanengine", "promotion", fields, "null", computed) }}
