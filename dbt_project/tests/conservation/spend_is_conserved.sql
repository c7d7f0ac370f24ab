-- Spend: every source of ads stands here.
{{
    conserved(
        "spend_amount",
        "fct_ad_daily",
        "roi__ads_daily",
        [
            ("oceanengine", "report_custom", "stg_oceanengine__reports", "stat_cost"),
        ],
    )
}}
