-- Grain: one row per account and record hash: an ad (dynamic creative), as listed.
{{ config(post_hook="{{ remember_staged_loads('tencent_ads', 'dynamic_creative') }}") }}

{% set fields = [
    ("dynamic_creative_id", "ad_id", "text", true),
    ("adgroup_id", "ad_group_id", "text", true),
    ("dynamic_creative_name", "ad_name", "text", true),
    ("configured_status", "status", "text", false),
    ("is_deleted", "is_deleted", "boolean", false),
    ("created_time", "created_at", "epoch", false),
    ("last_modified_time", "modified_at", "epoch", false),
] %}

{{ stage_payloads("tencent_ads", "dynamic_creative", fields, "null") }}
