-- Grain: one row per account and record hash: an entry of the publication list, as listed.
{{ config(post_hook="{{ remember_staged_loads('wechat', 'freepublish') }}") }}

{% set fields = [
    ("article_id", "article_id", "text", true),
    ("idx", "position", "integer", true),
    ("update_time", "updated_at", "epoch", true),
    ("title", "title", "text", false),
    ("digest", "digest", "text", false),
    ("url", "url", "text", true),
    ("is_deleted", "is_deleted", "boolean", false),
    ("need_open_comment", "is_comment_open", "boolean", false),
] %}

{{ stage_payloads("wechat", "freepublish", fields, "null") }}
