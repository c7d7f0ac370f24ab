-- Grain: one row per account and record hash: a comment under an ad video, as listed.
-- The platform writes 0 where a comment belongs to no ad.
{{ config(post_hook="{{ remember_staged_loads('oceanengine', 'comment') }}") }}

{% set fields = [
    ("comment_id", "comment_id", "text", true),
    ("text", "comment_text", "text", false),
    ("create_time", "commented_at", "timestamp", true),
    ("like_count", "likes", "bigint", false),
    ("reply_count", "replies", "bigint", false),
    ("hide_status", "hide_status", "text", false),
    ("level_type", "level_type", "text", false),
    ("is_stick", "is_pinned", "boolean", false),
    ("emotion_type", "platform_emotion", "text", false),
    ("aweme_id", "identity", "text", false),
    ("promotion_id", "_promotion_id", "text", false),
    ("project_id", "_project_id", "text", false),
    ("item_id", "_item_id", "text", false),
    ("comment_type", "comment_type", "text", false),
] %}

{% set computed = {
    "ad_id": "nullif(nullif(_promotion_id, '0'), '')",
    "campaign_id": "nullif(nullif(_project_id, '0'), '')",
    "item_id": "nullif(nullif(_item_id, '0'), '')",
} %}

{{ stage_payloads("oceanengine", "comment", fields, "null", computed) }}
