-- Grain: one row per account and record hash: the account's own sums of a day.
{{ config(post_hook="{{ remember_staged_loads('tencent_ads', 'daily_report_total') }}") }}

{% set fields = [
    ("date", "record_date", "date", true),
    ("cost", "cost", "bigint", true),
    ("view_count", "view_count", "bigint", true),
    ("valid_click_count", "valid_click_count", "bigint", true),
    ("conversions_count", "conversions_count", "bigint", true),
    ("deep_conversions_count", "deep_conversions_count", "bigint", false),
    ("video_outer_play_count", "video_outer_play_count", "bigint", false),
    ("praise_count", "praise_count", "bigint", false),
    ("comment_count", "comment_count", "bigint", false),
    ("forward_count", "forward_count", "bigint", false),
] %}

{{ stage_payloads("tencent_ads", "daily_report_total", fields, "record_date") }}
