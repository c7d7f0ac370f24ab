-- Grain: one row per account and record hash: a video, as listed.
-- The counts may be missing under the scope of the app.
{{ config(post_hook="{{ remember_staged_loads('douyin', 'video_list') }}") }}

{% set fields = [
    ("item_id", "content_id", "text", true),
    ("video_id", "video_id", "text", false),
    ("title", "title", "text", false),
    ("create_time", "published_at", "epoch", true),
    ("media_type", "media_type", "text", false),
    ("video_status", "video_status", "text", false),
    ("is_top", "is_pinned", "boolean", false),
    ("share_url", "_share_url", "text", false),
    ("statistics.play_count", "play_count", "bigint", false),
    ("statistics.digg_count", "digg_count", "bigint", false),
    ("statistics.comment_count", "comment_count", "bigint", false),
    ("statistics.share_count", "share_count", "bigint", false),
    ("statistics.download_count", "download_count", "bigint", false),
    ("statistics.forward_count", "forward_count", "bigint", false),
] %}

{% set computed = {
    "published_date": "cast(published_at as date)",
    "content_type": "case media_type when '2' then 'image' when '4' then 'video' else 'other' end",
    "url": replace_all("_share_url", "[?#].*$", ""),
} %}

{{ stage_payloads("douyin", "video_list", fields, "null", computed) }}
