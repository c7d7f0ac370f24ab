-- Grain: one row per ad account, ad group and version of it.
{{
    listing_history(
        "ad_groups",
        "tencent_ads",
        "adgroup",
        "stg_tencent_ads__adgroups",
        ["ad_group_name", "status", "optimization_goal", "budget_amount", "cpa_bid_amount"],
        listed="not coalesce(is_deleted, false)",
    )
}}
