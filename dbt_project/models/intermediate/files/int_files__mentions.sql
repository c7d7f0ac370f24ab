-- Grain: one row per source, account and mention that any file lists, as the last exported one says.
with
    listed as ({{ newest_file_rows("file_mentions", "stg_files__mentions", ["mention_id"]) }})

    {%- set have = ["source", "account_id", "mention_id", "mentioned_at", "identity", "mention_text", "kind"] %}
    {{ conform("mentions", "listed", have + ["content_id", "likes", "comments", "shares"]) }}
