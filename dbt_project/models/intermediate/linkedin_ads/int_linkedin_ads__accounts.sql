-- Grain: one row per ad account, as last listed.
{{
    newest_listed(
        "accounts",
        "linkedin_ads",
        "ad_account",
        "stg_linkedin_ads__accounts",
        ["account_id"],
        ["account_id", "account_name", "currency"],
    )
}}
