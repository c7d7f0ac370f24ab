-- Views that come from a report by day (WeChat: reader-days); those from counters are proven by their sums.
{{
    conserved(
        "views",
        "fct_content_daily",
        "content__performance_daily",
        [
            ("wechat", "getarticleread", "stg_wechat__article_reads", "read_user"),
        ],
    )
}}
