-- Grain: one row per advertiser and landed version of a comment. The platform says the video, not the ad.
with
    versions as (select * from {{ ref("stg_kuaishou_ads__comments") }} where reject_reason is null)

    {{
        conform(
            "comments",
            "versions",
            [
                "source",
                "account",
                "record_hash",
                "comment_id",
                "content_id",
                "identity",
                "commented_at",
                "comment_text",
                "likes",
                "is_hidden",
            ],
        )
    }}
