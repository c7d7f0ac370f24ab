-- Grain: one row per advertiser, ad group (unit) and version of it.
{{
    listing_history(
        "ad_groups",
        "kuaishou_ads",
        "unit",
        "stg_kuaishou_ads__units",
        ["campaign_id", "ad_group_name", "status", "optimization_goal", "budget_amount", "cpa_bid_amount"],
        listed="status is distinct from 'DELETE'",
    )
}}
