-- Grain: one row per account and record hash: the platform's own total of a day's report.
-- A day without delivery is answered with empty totals, so none of the metrics is required.
{{ config(post_hook="{{ remember_staged_loads('oceanengine', 'report_custom_total') }}") }}

{% set fields = [
    ("stat_time_day", "record_date", "date", true),
    ("metrics.stat_cost", "stat_cost", "amount", false),
    ("metrics.show_cnt", "show_cnt", "bigint", false),
    ("metrics.click_cnt", "click_cnt", "bigint", false),
    ("metrics.convert_cnt", "convert_cnt", "bigint", false),
    ("metrics.deep_convert_cnt", "deep_convert_cnt", "bigint", false),
    ("metrics.attribution_convert_cnt", "attribution_convert_cnt", "bigint", false),
    ("metrics.attribution_deep_convert_cnt", "attribution_deep_convert_cnt", "bigint", false),
    ("metrics.total_play", "total_play", "bigint", false),
    ("metrics.valid_play", "valid_play", "bigint", false),
    ("metrics.play_duration_3s", "play_duration_3s", "bigint", false),
] %}

{{ stage_payloads("oceanengine", "report_custom_total", fields, "record_date") }}
