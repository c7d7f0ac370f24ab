-- Grain: one row per advertiser, touched day and metric: our ads added up against the total that the same answer gave.
{{
    reconcile_ads(
        "oceanengine",
        "report_custom_total",
        "stg_oceanengine__report_totals",
        oceanengine_report_fields(),
    )
}}
