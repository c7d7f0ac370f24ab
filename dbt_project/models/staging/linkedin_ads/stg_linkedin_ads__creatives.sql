-- Grain: one row per account and record hash: an ad (LinkedIn's creative), as listed.
{{ config(post_hook="{{ remember_staged_loads('linkedin_ads', 'creative') }}") }}

{% set fields = [
    ("id", "_creative_urn", "text", true),
    ("campaign", "_campaign_urn", "text", true),
    ("name", "ad_name", "text", false),
    ("intendedStatus", "status", "text", false),
    ("content.reference", "item_id", "text", false),
    ("createdAt", "created_at", "epoch_ms", false),
    ("lastModifiedAt", "modified_at", "epoch_ms", false),
] %}

{% set computed = {
    "ad_id": extract_first("_creative_urn", "([0-9]+)$"),
    "ad_group_id": extract_first("_campaign_urn", "([0-9]+)$"),
} %}

{{ stage_payloads("linkedin_ads", "creative", fields, "null", computed) }}
