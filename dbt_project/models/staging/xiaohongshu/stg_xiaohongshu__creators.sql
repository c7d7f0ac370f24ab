-- Grain: one row per account and record hash: a creator, as told for a day (蒲公英). Prices are in 分.
{{ config(post_hook="{{ remember_staged_loads('xiaohongshu', 'pgy_kol') }}") }}

{% set fields = [
    ("kol_id", "creator_id", "text", true),
    ("kol_fan_num", "followers", "bigint", false),
    ("kol_credit_level", "level_code", "text", false),
    ("mcn_name", "agency_name", "text", false),
    ("price", "_price_fen", "bigint", false),
    ("video_price", "_video_price_fen", "bigint", false),
] %}

{% set computed = {
    "image_price_amount": "cast(_price_fen * 0.01 as decimal(20, 5))",
    "video_price_amount": "cast(_video_price_fen * 0.01 as decimal(20, 5))",
} %}

{{ stage_payloads("xiaohongshu", "pgy_kol", fields, "null", computed) }}
