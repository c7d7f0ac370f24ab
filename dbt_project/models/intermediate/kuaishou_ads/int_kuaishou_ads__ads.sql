-- Grain: one row per advertiser, ad (creative) and version of it.
{{
    listing_history(
        "ads",
        "kuaishou_ads",
        "creative",
        "stg_kuaishou_ads__creatives",
        ["ad_group_id", "campaign_id", "ad_name", "status", "item_id"],
        listed="status is distinct from 'DELETE'",
    )
}}
