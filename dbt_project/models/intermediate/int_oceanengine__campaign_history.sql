-- Grain: one row per advertiser, campaign and version of it.
{{
    listing_history(
        "stg_oceanengine__projects",
        "oceanengine",
        "project",
        "campaign_id",
        [
            "campaign_name",
            "status",
            "marketing_goal",
            "landing_type",
            "budget_amount",
            "budget_mode",
            "cpa_bid_amount",
        ],
    )
}}
