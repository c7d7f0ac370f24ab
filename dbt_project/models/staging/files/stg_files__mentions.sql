-- Grain: one row per source, account and record hash: a post or comment that names us, as a file lists it.
{{ config(post_hook="{{ remember_staged_loads(none, 'file_mentions') }}") }}

{% set fields = file_fields(
    [("mention_id", "mention_id", "text", true), ("mentioned_at", "mentioned_at", "timestamp", true)]
    + same_named("identity mention_text kind content_id", "text")
    + same_named("likes comments shares", "bigint")
) %}

{{ stage_payloads(none, "file_mentions", fields, "null") }}
