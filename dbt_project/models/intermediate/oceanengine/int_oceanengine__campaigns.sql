-- Grain: one row per advertiser, campaign (project) and version of it.
{{
    listing_history(
        "campaigns",
        "oceanengine",
        "project",
        "stg_oceanengine__projects",
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
