-- Grain: one row per account and record hash: a report row of a day and ad, counted on the day of the ad request.
{{ config(post_hook="{{ remember_staged_loads('tencent_ads', 'daily_report') }}") }}

{% set fields = [
    ("date", "record_date", "date", true),
    ("adgroup_id", "ad_group_id", "text", true),
    ("dynamic_creative_id", "ad_id", "text", true),
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

{{ stage_payloads("tencent_ads", "daily_report", fields, "record_date") }}
