-- Grain: one row per account and record hash: what all posts of a page did on a UTC day, as answered.
-- Days may come without the people reached.
{{ config(post_hook="{{ remember_staged_loads('linkedin', 'share_statistics_daily') }}") }}

{% set fields = [
    ("day", "record_date", "date", true),
    ("totalShareStatistics.impressionCount", "impression_count", "bigint", true),
    ("totalShareStatistics.uniqueImpressionsCount", "unique_impressions_count", "bigint", false),
    ("totalShareStatistics.clickCount", "click_count", "bigint", true),
    ("totalShareStatistics.likeCount", "like_count", "bigint", true),
    ("totalShareStatistics.commentCount", "comment_count", "bigint", true),
    ("totalShareStatistics.shareCount", "share_count", "bigint", true),
] %}

{{ stage_payloads("linkedin", "share_statistics_daily", fields, "record_date") }}
