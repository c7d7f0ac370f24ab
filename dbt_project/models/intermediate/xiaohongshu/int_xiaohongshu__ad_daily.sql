-- Grain: one row per ad (creative) and touched day that the report holds.
{{
    ads_by_day(
        "xiaohongshu",
        "report_creative",
        "stg_xiaohongshu__creative_reports",
        xiaohongshu_report_fields(),
    )
}}
