-- Grain: one row per video of our accounts, as last seen.
-- A video that the newest list no longer holds was deleted.
with
    listed as ({{ newest_by_key("douyin", "video_list", "stg_douyin__videos", ["content_id"]) }}),

    newest_lists as (
        select account, max(fetched_at) as fetched_at
        from {{ ref("int_winning_receipts") }}
        where source = 'douyin' and resource = 'video_list'
        group by account
    ),

    contents as (
        select listed.*, listed.last_seen_at < newest_lists.fetched_at as is_deleted
        from listed
        left join newest_lists using (account)
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
