-- Grain: one row per ad account, ad group (campaign) and version of it.
{{
    listing_history(
        "ad_groups",
        "linkedin_ads",
        "campaign",
        "stg_linkedin_ads__campaigns",
        ["campaign_id", "ad_group_name", "status", "optimization_goal", "budget_amount", "budget_mode"],
    )
}}
