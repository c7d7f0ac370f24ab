-- Grain: one row per account and record hash: a creative, as listed; our level of ads. The listing tells no name.
{{ config(post_hook="{{ remember_staged_loads('weibo_ads', 'creative') }}") }}

{% set fields = [
    ("id", "ad_id", "text", true),
    ("ad.id", "ad_group_id", "text", false),
    ("campaign.id", "campaign_id", "text", false),
    ("effective_status", "status", "text", false),
    ("created_at", "created_at", "timestamp", false),
    ("updated_at", "modified_at", "timestamp", false),
] %}

{{ stage_payloads("weibo_ads", "creative", fields, "null") }}
