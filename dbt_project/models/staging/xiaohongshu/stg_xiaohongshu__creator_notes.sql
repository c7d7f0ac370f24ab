-- Grain: one row per account and record hash: a creator's note in the snapshot of a day (蒲公英).
-- Counters run since publication. date_key comes as 20261120.
{{ config(post_hook="{{ remember_staged_loads('xiaohongshu', 'pgy_note') }}") }}

{% set fields = [
    ("date_key", "_date_key", "text", true),
    ("note_id", "content_id", "text", true),
    ("kol_id", "creator_id", "text", true),
    ("note_title", "title", "text", false),
    ("note_link", "url", "text", false),
    ("note_type", "_note_type", "text", false),
    ("note_publish_time", "_published", "text", true),
    ("duration", "_duration", "bigint", false),
    ("order_id", "order_id", "text", false),
    ("biz_title", "order_title", "text", false),
    ("kol_fan_num", "kol_fan_num", "bigint", false),
    ("kol_price", "kol_price", "bigint", false),
    ("total_platform_price", "total_platform_price", "bigint", false),
    ("imp_num", "imp_num", "bigint", false),
    ("promotion_imp_num", "promotion_imp_num", "bigint", false),
    ("read_num", "read_num", "bigint", true),
    ("promotion_read_num", "promotion_read_num", "bigint", false),
    ("read_uv", "read_uv", "bigint", false),
    ("like_num", "like_num", "bigint", false),
    ("cmt_num", "cmt_num", "bigint", false),
    ("fav_num", "fav_num", "bigint", false),
    ("share_num", "share_num", "bigint", false),
    ("finish_rate", "finish_rate", "rate", false),
    ("avg_view_time", "avg_view_time", "rate", false),
] %}

{% set digits = "replace(_date_key, '-', '')" %}
{% set dashed = "substr(digits, 1, 4) || '-' || substr(digits, 5, 2) || '-' || substr(digits, 7)" | replace(
    "digits", digits
) %}

{% set computed = {
    "content_type": "'note'",
    "note_format": "case _note_type when '1' then 'image' when '2' then 'video' end",
    "published_date": cast_text("substr(_published, 1, 10)", "date"),
    "duration_seconds": "nullif(_duration, 0)",
} %}

{{ stage_payloads("xiaohongshu", "pgy_note", fields, cast_text("(" ~ dashed ~ ")", "date"), computed) }}
