-- Grain: one row per ad account, ad (dynamic creative) and version of it.
{{
    listing_history(
        "ads",
        "tencent_ads",
        "dynamic_creative",
        "stg_tencent_ads__dynamic_creatives",
        ["ad_group_id", "ad_name", "status"],
        listed="not coalesce(is_deleted, false)",
    )
}}
