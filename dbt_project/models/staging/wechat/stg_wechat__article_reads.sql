-- Grain: one row per account and record hash: readers of an article on a day, as answered.
{{ config(post_hook="{{ remember_staged_loads('wechat', 'getarticleread') }}") }}

{% set fields = [
    ("ref_date", "record_date", "date", true),
    ("msgid", "content_id", "text", true),
    ("detail.read_user", "read_user", "bigint", true),
] %}

{{ stage_payloads("wechat", "getarticleread", fields, "record_date") }}
