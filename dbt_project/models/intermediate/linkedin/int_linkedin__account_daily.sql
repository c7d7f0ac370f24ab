-- Grain: one row per page and touched UTC day that any of the account calls holds.
-- Followers are those at the time of asking; gains come a day later than the rest.
{{
    account_by_day(
        "linkedin",
        [
            ("network_size", "stg_linkedin__network_sizes", ["first_degree_size"]),
            ("follower_gains", "stg_linkedin__follower_gains", ["organic_follower_gain", "paid_follower_gain"]),
            ("share_statistics_daily", "stg_linkedin__share_statistics_daily", linkedin_statistics_fields()),
        ],
    )
}}
