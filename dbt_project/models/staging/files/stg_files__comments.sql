-- Grain: one row per source, account and record hash: a comment as a file lists it.
{{ config(post_hook="{{ remember_staged_loads(none, 'file_comments') }}") }}

{% set fields = file_fields(
    [("comment_id", "comment_id", "text", true), ("commented_at", "commented_at", "timestamp", true)]
    + same_named("content_id identity comment_text reply_text", "text")
    + same_named("likes replies", "bigint")
    + same_named("replied_at", "timestamp")
) %}

{{ stage_payloads(none, "file_comments", fields, "null") }}
