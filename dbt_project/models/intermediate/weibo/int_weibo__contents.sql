-- Grain: one row per post that ever stood in a timeline, as last seen there before it was deleted.
-- The timeline holds five posts; that one is gone later is told by the counters, which leave it out.
with
    posts as ({{ newest_by_key("weibo", "user_timeline", "stg_weibo__posts", ["content_id"], richer="is_whole") }}),

    last_in_timeline as ({{ newest_by_key("weibo", "user_timeline", "stg_weibo__posts", ["content_id"]) }}),

    last_counted as ({{ newest_by_key("weibo", "statuses_count", "stg_weibo__post_counts", ["content_id"]) }}),

    contents as (
        select
            posts.source,
            posts.account_id,
            posts.content_id,
            posts.content_type,
            posts.title,
            'https://m.weibo.cn/status/' || posts.content_id as url,
            cast(posts.published_at as date) as published_date,
            posts.published_at,
            not last_in_timeline.is_whole or coalesce(last_counted.is_missing, false) as is_deleted
        from posts
        inner join last_in_timeline using (account, content_id)
        left join last_counted using (account, content_id)
        where posts.is_whole
    )

    {{
        conform(
            "contents",
            "contents",
            [
                "source",
                "account_id",
                "content_id",
                "content_type",
                "title",
                "url",
                "published_date",
                "published_at",
                "is_deleted",
            ],
        )
    }}
