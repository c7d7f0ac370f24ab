-- Grain: one row per account and record hash: a report row of a day and ad, answered at once or out of an ordered file.
{{ config(post_hook="{{ remember_staged_loads('kuaishou_ads', 'creative_report') }}") }}

{% set fields = [
    ("stat_date", "record_date", "date", true),
    ("campaign_id", "campaign_id", "text", true),
    ("unit_id", "ad_group_id", "text", true),
    ("creative_id", "ad_id", "text", true),
    ("charge", "charge", "amount", true),
    ("aclick", "aclick", "count", true),
    ("bclick", "bclick", "count", true),
    ("played_num", "played_num", "count", false),
    ("played_three_seconds", "played_three_seconds", "count", false),
    ("like", "like_cnt", "count", false),
    ("comment", "comment_cnt", "count", false),
    ("share", "share_cnt", "count", false),
    ("follow", "follow_cnt", "count", false),
    ("form_count", "form_count", "count", false),
    ("activation", "activation", "count", false),
    ("event_order_paid", "event_order_paid", "count", false),
    ("event_order_paid_purchase_amount", "event_order_paid_purchase_amount", "amount", false),
    ("event_valid_clues", "event_valid_clues", "count", false),
    ("event_pay", "event_pay", "count", false),
] %}

{{ stage_payloads("kuaishou_ads", "creative_report", fields, "record_date") }}
