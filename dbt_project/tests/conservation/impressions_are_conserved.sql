-- Impressions of ads: every source of ads stands here.
{{
    conserved(
        "impressions",
        "fct_ad_daily",
        "roi__ads_daily",
        [
            ("linkedin_ads", "ad_analytics", "stg_linkedin_ads__analytics", "impressions"),
            ("kuaishou_ads", "creative_report", "stg_kuaishou_ads__creative_reports", "aclick"),
            ("oceanengine", "report_custom", "stg_oceanengine__reports", "show_cnt"),
            ("tencent_ads", "daily_report", "stg_tencent_ads__daily_reports", "view_count"),
            ("xiaohongshu", "report_creative", "stg_xiaohongshu__creative_reports", "impression"),
            ("weibo_ads", "report_creative", "stg_weibo_ads__reports", "pv"),
        ],
    )
}}
