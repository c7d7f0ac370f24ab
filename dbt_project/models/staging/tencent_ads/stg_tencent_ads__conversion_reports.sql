-- Grain: one row per account and record hash: a report row of a day and ad, counted on the day of the conversion.
{{ config(post_hook="{{ remember_staged_loads('tencent_ads', 'daily_report_by_conversion') }}") }}

{% set fields = [
    ("date", "record_date", "date", true),
    ("adgroup_id", "ad_group_id", "text", true),
    ("dynamic_creative_id", "ad_id", "text", true),
    ("conversions_count", "conversions_count", "bigint", true),
    ("deep_conversions_count", "deep_conversions_count", "bigint", false),
] %}

{{ stage_payloads("tencent_ads", "daily_report_by_conversion", fields, "record_date") }}
