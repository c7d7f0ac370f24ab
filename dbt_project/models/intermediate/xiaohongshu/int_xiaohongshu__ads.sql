-- Grain: one row per advertiser, ad (创意) and version of it.
{{
    listing_history(
        "ads",
        "xiaohongshu",
        "creativity",
        "stg_xiaohongshu__creatives",
        ["ad_group_id", "campaign_id", "ad_name", "status", "item_id"],
    )
}}
