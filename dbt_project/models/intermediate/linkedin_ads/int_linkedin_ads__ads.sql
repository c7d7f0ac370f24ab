-- Grain: one row per ad account, ad (creative) and version of it.
{{
    listing_history(
        "ads",
        "linkedin_ads",
        "creative",
        "stg_linkedin_ads__creatives",
        ["ad_group_id", "ad_name", "status", "item_id"],
    )
}}
