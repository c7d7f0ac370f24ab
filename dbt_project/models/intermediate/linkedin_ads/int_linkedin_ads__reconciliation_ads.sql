-- Grain: one row per ad account, touched UTC day and metric: our ads added up against the account's own day.
{{
    reconcile_ads(
        "linkedin_ads",
        "ad_analytics_total",
        "stg_linkedin_ads__analytics_totals",
        linkedin_ads_report_fields(),
    )
}}
