-- Grain: one row per advertiser, campaign (计划) and version of it.
{{
    listing_history(
        "campaigns",
        "kuaishou_ads",
        "campaign",
        "stg_kuaishou_ads__campaigns",
        ["campaign_name", "status", "marketing_goal", "budget_amount"],
        listed="status is distinct from 'DELETE'",
    )
}}
