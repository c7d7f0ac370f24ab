-- Grain: one row per ad and touched day that the report holds.
{{
    ads_by_day(
        "oceanengine",
        "report_custom",
        "stg_oceanengine__reports",
        oceanengine_report_fields(),
        keys=["campaign_id", "ad_id"],
    )
}}
