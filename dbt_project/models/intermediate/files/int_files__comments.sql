-- Grain: one row per source, account and version of a comment in files.
with
    versions as (select * from {{ ref("stg_files__comments") }} where reject_reason is null)

    {%- set have = ["source", "account", "record_hash", "comment_id", "content_id", "identity", "commented_at"] %}
    {{
        conform(
            "comments",
            "versions",
            have + ["comment_text", "likes", "replies", "replied_at", "reply_text", "exported_at"],
        )
    }}
