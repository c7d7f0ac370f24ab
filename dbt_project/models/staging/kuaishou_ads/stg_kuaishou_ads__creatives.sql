-- Grain: one row per account and record hash: an ad (创意), as listed. Its item is the video that it shows.
{{ config(post_hook="{{ remember_staged_loads('kuaishou_ads', 'creative') }}") }}

{% set fields = [
    ("creative_id", "ad_id", "text", true),
    ("unit_id", "ad_group_id", "text", true),
    ("campaign_id", "campaign_id", "text", true),
    ("creative_name", "ad_name", "text", true),
    ("put_status", "_put_status", "text", false),
    ("photo_id", "_photo_id", "text", false),
    ("create_time", "created_at", "timestamp", false),
    ("update_time", "modified_at", "timestamp", false),
] %}

{% set computed = {
    "status": kuaishou_put_status("_put_status"),
    "item_id": "nullif(_photo_id, '0')",
} %}

{{ stage_payloads("kuaishou_ads", "creative", fields, "null", computed) }}
