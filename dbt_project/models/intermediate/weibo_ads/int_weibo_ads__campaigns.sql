-- Grain: one row per advertiser, campaign and version of it. Deleted ones (status 2) stay in the answer.
{{
    listing_history(
        "campaigns",
        "weibo_ads",
        "campaign",
        "stg_weibo_ads__campaigns",
        ["campaign_name", "status", "marketing_goal", "budget_amount", "budget_mode"],
        listed="status is distinct from '2'",
    )
}}
