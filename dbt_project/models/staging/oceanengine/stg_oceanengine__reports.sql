-- Grain: one row per account and record hash: a report row of a day, campaign and ad, as answered.
{{ config(post_hook="{{ remember_staged_loads('oceanengine', 'report_custom') }}") }}

{% set fields = [
    ("dimensions.stat_time_day", "record_date", "date", true),
    ("dimensions.cdp_project_id", "campaign_id", "text", true),
    ("dimensions.cdp_project_name", "campaign_name", "text", false),
    ("dimensions.cdp_promotion_id", "ad_id", "text", true),
    ("dimensions.cdp_promotion_name", "ad_name", "text", false),
    ("metrics.stat_cost", "stat_cost", "amount", true),
    ("metrics.show_cnt", "show_cnt", "bigint", true),
    ("metrics.click_cnt", "click_cnt", "bigint", true),
    ("metrics.convert_cnt", "convert_cnt", "bigint", true),
    ("metrics.deep_convert_cnt", "deep_convert_cnt", "bigint", false),
    ("metrics.attribution_convert_cnt", "attribution_convert_cnt", "bigint", false),
    ("metrics.attribution_deep_convert_cnt", "attribution_deep_convert_cnt", "bigint", false),
    ("metrics.total_play", "total_play", "bigint", false),
    ("metrics.valid_play", "valid_play", "bigint", false),
    ("metrics.play_duration_3s", "play_duration_3s", "bigint", false),
] %}

{{ stage_payloads("oceanengine", "report_custom", fields, "record_date") }}
