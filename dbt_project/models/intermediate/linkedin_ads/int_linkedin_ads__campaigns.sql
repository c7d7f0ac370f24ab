-- Grain: one row per ad account, campaign (campaign group) and version of it.
{{
    listing_history(
        "campaigns",
        "linkedin_ads",
        "campaign_group",
        "stg_linkedin_ads__campaign_groups",
        ["campaign_name", "status", "marketing_goal", "budget_amount", "budget_mode"],
    )
}}
