-- Grain: one row per account, video and touched day on which it was listed with counters.
{{
    content_by_listing(
        "kuaishou",
        "photo",
        "stg_kuaishou__photos",
        ["view_count", "like_count", "comment_count"],
    )
}}
