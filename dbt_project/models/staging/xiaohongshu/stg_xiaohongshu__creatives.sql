-- Grain: one row per account and record hash: a creative (创意), as listed; the note that it shows is its item.
{{ config(post_hook="{{ remember_staged_loads('xiaohongshu', 'creativity') }}") }}

{% set fields = [
    ("creativity_id", "ad_id", "text", true),
    ("unit_id", "ad_group_id", "text", true),
    ("campaign_id", "campaign_id", "text", true),
    ("creativity_name", "ad_name", "text", false),
    ("creativity_enable", "_is_enabled", "boolean", true),
    ("note_id", "item_id", "text", false),
    ("note_user_id", "creator_id", "text", false),
    ("creativity_create_time", "created_at", "timestamp", false),
    ("creativity_update_time", "modified_at", "timestamp", false),
] %}

{% set computed = {"status": "case when _is_enabled then 'ENABLE' else 'DISABLE' end"} %}

{{ stage_payloads("xiaohongshu", "creativity", fields, "null", computed) }}
