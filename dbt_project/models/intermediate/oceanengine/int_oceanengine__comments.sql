-- Grain: one row per advertiser and landed version of a comment.
with
    versions as (
        select *, item_id as content_id, hide_status <> 'NOT_HIDE' as is_hidden
        from {{ ref("stg_oceanengine__comments") }}
        where reject_reason is null
    )

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
                "campaign_id",
                "ad_id",
                "identity",
                "commented_at",
                "comment_text",
                "likes",
                "replies",
                "is_hidden",
                "platform_emotion",
            ],
        )
    }}
