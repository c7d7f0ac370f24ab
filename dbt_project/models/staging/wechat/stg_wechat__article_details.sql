-- Grain: one row per account and record hash: counters of an article from publication to stat_date, as answered.
{{ config(post_hook="{{ remember_staged_loads('wechat', 'getarticletotaldetail') }}") }}

{% set fields = [
    ("ref_date", "record_date", "date", true),
    ("msgid", "content_id", "text", true),
    ("publish_type", "publish_type", "text", false),
    ("title", "title", "text", false),
    ("content_url", "content_url", "text", false),
    ("detail.stat_date", "stat_date", "date", true),
    ("detail.read_user", "read_user", "bigint", false),
    ("detail.share_user", "share_user", "bigint", false),
    ("detail.zaikan_user", "zaikan_user", "bigint", false),
    ("detail.like_user", "like_user", "bigint", false),
    ("detail.comment_count", "comment_count", "bigint", false),
    ("detail.collection_user", "collection_user", "bigint", false),
    ("detail.praise_money", "praise_money", "bigint", false),
    ("detail.read_subscribe_user", "read_subscribe_user", "bigint", false),
    ("detail.read_delivery_rate", "read_delivery_rate", "rate", false),
    ("detail.read_finish_rate", "read_finish_rate", "rate", false),
    ("detail.read_avg_activetime", "read_avg_activetime", "rate", false),
] %}

{{ stage_payloads("wechat", "getarticletotaldetail", fields, "record_date") }}
