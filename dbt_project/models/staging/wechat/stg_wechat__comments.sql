-- Grain: one row per account and record hash: a comment under an article, as listed.
-- The comment list counts positions from 0, msgid in the statistics from 1: content_id is msgid.
{{ config(post_hook="{{ remember_staged_loads('wechat', 'comment') }}") }}

{% set fields = [
    ("msg_data_id", "_msg_data_id", "text", true),
    ("index", "_position_from_zero", "integer", true),
    ("user_comment_id", "user_comment_id", "text", true),
    ("openid", "identity", "text", false),
    ("create_time", "commented_at", "epoch", true),
    ("content", "comment_text", "text", false),
    ("comment_type", "comment_type", "text", false),
    ("reply.content", "reply_text", "text", false),
    ("reply.create_time", "replied_at", "epoch", false),
] %}

{% set computed = {
    "content_id": "_msg_data_id || '_' || cast(_position_from_zero + 1 as varchar)",
} %}

{{ stage_payloads("wechat", "comment", fields, "null", computed) }}
