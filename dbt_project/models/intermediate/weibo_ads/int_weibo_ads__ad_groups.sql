-- Grain: one row per advertiser, ad group (广告计划) and version of it. Deleted ones (status -99) stay in the answer.
{{
    listing_history(
        "ad_groups",
        "weibo_ads",
        "ad",
        "stg_weibo_ads__ads",
        ["campaign_id", "ad_group_name", "status", "optimization_goal", "budget_amount", "cpa_bid_amount"],
        listed="status is distinct from '-99'",
    )
}}
