-- Spend: every source of ads stands here.
{{
    conserved(
        "spend_amount",
        "fct_ad_daily",
        "roi__ads_daily",
        [
            ("linkedin_ads", "ad_analytics", "stg_linkedin_ads__analytics", "cost_in_local_currency"),
            ("kuaishou_ads", "creative_report", "stg_kuaishou_ads__creative_reports", "charge"),
            ("oceanengine", "report_custom", "stg_oceanengine__reports", "stat_cost"),
            ("tencent_ads", "daily_report", "stg_tencent_ads__daily_reports", "cost * 0.01"),
            ("xiaohongshu", "report_creative", "stg_xiaohongshu__creative_reports", "fee"),
            ("weibo_ads", "report_creative", "stg_weibo_ads__reports", "consume"),
        ],
    )
}}
