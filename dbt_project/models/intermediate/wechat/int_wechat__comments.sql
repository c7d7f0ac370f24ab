-- Grain: one row per account and landed version of a comment.
with
    versions as (
        select *, content_id || '_' || user_comment_id as comment_id, comment_type = '1' as is_featured
        from {{ ref("stg_wechat__comments") }}
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
                "identity",
                "commented_at",
                "comment_text",
                "is_featured",
                "replied_at",
                "reply_text",
            ],
        )
    }}
