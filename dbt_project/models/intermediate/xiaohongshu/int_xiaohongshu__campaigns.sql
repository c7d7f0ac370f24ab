-- Grain: one row per advertiser, campaign (计划) and version of it.
{{
    listing_history(
        "campaigns",
        "xiaohongshu",
        "campaign",
        "stg_xiaohongshu__campaigns",
        ["campaign_name", "status", "marketing_goal", "budget_amount", "budget_mode"],
    )
}}
