-- Grain: one row per advertiser, ad group (单元) and version of it.
{{
    listing_history(
        "ad_groups",
        "xiaohongshu",
        "unit",
        "stg_xiaohongshu__units",
        ["campaign_id", "ad_group_name", "status", "cpa_bid_amount"],
        listed="status <> 'DELETE'",
    )
}}
