-- Grain: one row per account and record hash: the account as a whole on a day, as answered.
{{ config(post_hook="{{ remember_staged_loads('wechat', 'getbizsummary') }}") }}

{% set fields = [
    ("ref_date", "record_date", "date", true),
    ("detail.read_user", "read_user", "bigint", true),
    ("detail.share_user", "share_user", "bigint", false),
    ("detail.zaikan_user", "zaikan_user", "bigint", false),
    ("detail.like_user", "like_user", "bigint", false),
    ("detail.comment_count", "comment_count", "bigint", false),
    ("detail.collection_user", "collection_user", "bigint", false),
    ("detail.redirect_ori_page_user", "redirect_ori_page_user", "bigint", false),
    ("detail.send_page_count", "send_page_count", "bigint", false),
] %}

{{ stage_payloads("wechat", "getbizsummary", fields, "record_date") }}
