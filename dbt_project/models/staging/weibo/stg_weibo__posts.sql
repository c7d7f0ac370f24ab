-- Grain: one row per account and record hash: a post as it stood in the timeline; a deleted one has left a stub.
-- The text is masked: what stands before the first link, name or other masked value are our own words.
{{ config(post_hook="{{ remember_staged_loads('weibo', 'user_timeline') }}") }}

{% set fields = [
    ("idstr", "content_id", "text", true),
    ("created_at", "published_at", "weekday_time", true),
    ("deleted", "_deleted", "boolean", false),
    ("text", "post_text", "text", false),
    ("source", "_source", "text", false),
    ("pic_urls[].thumbnail_pic", "_first_picture", "text", false),
    ("retweeted_status.idstr", "reposted_id", "text", false),
] %}

{% set computed = {
    "is_whole": "not coalesce(_deleted, false)",
    "title": "nullif(trim(" ~ replace_all(replace_all("post_text", "//<.*$", ""), "<.*$", "") ~ "), '')",
    "client": replace_all("_source", "<[^>]*>", ""),
    "content_type": "case when reposted_id is not null then 'repost' when _first_picture is not null then 'image' else 'text' end",
} %}

{{ stage_payloads("weibo", "user_timeline", fields, "null", computed) }}
