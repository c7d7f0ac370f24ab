-- Grain: one row per advertiser, ad (creative) and version of it. Deleted ones (status 9) stay in the answer.
{{
    listing_history(
        "ads",
        "weibo_ads",
        "creative",
        "stg_weibo_ads__creatives",
        ["ad_group_id", "campaign_id", "status"],
        listed="status is distinct from '9'",
    )
}}
