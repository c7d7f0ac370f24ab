-- Grain: one row per ad account, touched day and metric: our ads added up against the account's own sums.
{{
    reconcile_ads(
        "tencent_ads",
        "daily_report_total",
        "stg_tencent_ads__report_totals",
        tencent_ads_report_fields(),
    )
}}
