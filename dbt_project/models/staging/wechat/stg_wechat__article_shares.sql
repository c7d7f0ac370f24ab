-- Grain: one row per account and record hash: people who shared an article on a day, as answered.
{{ config(post_hook="{{ remember_staged_loads('wechat', 'getarticleshare') }}") }}

{% set fields = [
    ("ref_date", "record_date", "date", true),
    ("msgid", "content_id", "text", true),
    ("detail.share_user", "share_user", "bigint", true),
] %}

{{ stage_payloads("wechat", "getarticleshare", fields, "record_date") }}
