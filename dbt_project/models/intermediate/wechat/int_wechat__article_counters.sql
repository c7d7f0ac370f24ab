-- Grain: one row per Official Account, article and observed day: counters since publication and, by difference, of
-- the day.
{{
    counters_by_difference(
        ref("int_wechat__article_observations"),
        "wechat",
        "getarticletotaldetail",
        [
            "read_user",
            "like_user",
            "zaikan_user",
            "comment_count",
            "share_user",
            "collection_user",
            "read_subscribe_user",
            "praise_money",
            "read_finish_rate",
            "read_avg_activetime",
        ],
    )
}}
