-- Grain: one row per account, touched day and way in which people followed.
{{
    report_by_day(
        "follower_sources",
        "wechat",
        [("getusersummary", "stg_wechat__user_summary", ["new_user", "cancel_user"])],
        keys=["follow_source_code"],
    )
}}
