-- Grain: one row per account and video, as last seen. A deleted video is gone from the list.
with
    videos as ({{ newest_by_key("kuaishou", "photo", "stg_kuaishou__photos", ["content_id"]) }}),

    newest_listings as (
        select account, max(fetched_at) as listed_at
        from {{ ref("int_winning_receipts") }}
        where source = 'kuaishou' and resource = 'photo'
        group by account
    ),

    contents as (
        select videos.*, coalesce(videos.last_seen_at < newest_listings.listed_at, false) as is_deleted
        from videos
        left join newest_listings on videos.account = newest_listings.account
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
                "published_date",
                "published_at",
                "is_deleted",
            ],
        )
    }}
