-- Grain: one row per ad and touched day that the report holds.
{{
    ads_by_day(
        "kuaishou_ads",
        "creative_report",
        "stg_kuaishou_ads__creative_reports",
        kuaishou_report_fields(),
    )
}}
