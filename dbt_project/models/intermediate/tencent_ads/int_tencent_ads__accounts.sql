-- Grain: one row per ad account, as last told.
{{
    newest_listed(
        "accounts",
        "tencent_ads",
        "advertiser",
        "stg_tencent_ads__accounts",
        ["advertiser_id"],
        ["account_id", "account_name"],
    )
}}
