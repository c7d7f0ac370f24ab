-- Grain: one row per account and record hash: a report row of a day and creative, as answered.
-- A metric that is 0 may be left out of an answer. Leads are forms sent, phone calls and chats begun.
{{ config(post_hook="{{ remember_staged_loads('weibo_ads', 'report_creative') }}") }}

{% set fields = [
    ("date", "record_date", "date", true),
    ("campaign_id", "campaign_id", "text", false),
    ("ad_id", "ad_group_id", "text", false),
    ("creative_id", "ad_id", "text", true),
    ("pv", "_pv", "bigint", false),
    ("consume", "_consume", "amount", false),
    ("traffic_bhv", "_traffic_bhv", "bigint", false),
    ("bhv_14000003", "_bhv_14000003", "bigint", false),
    ("bhv_14000005", "_bhv_14000005", "bigint", false),
    ("bhv_14000098", "_bhv_14000098", "bigint", false),
    ("bhv_14000045", "_bhv_14000045", "bigint", false),
    ("bhv_14000008", "_bhv_14000008", "bigint", false),
    ("bhv_71000001", "_bhv_71000001", "bigint", false),
    ("bhv_71000002", "_bhv_71000002", "bigint", false),
    ("bhv_71000003", "_bhv_71000003", "bigint", false),
] %}

{% set computed = {
    "pv": "coalesce(_pv, 0)",
    "consume": "coalesce(_consume, 0)",
    "traffic_bhv": "coalesce(_traffic_bhv, 0)",
    "bhv_14000003": "coalesce(_bhv_14000003, 0)",
    "bhv_14000005": "coalesce(_bhv_14000005, 0)",
    "bhv_14000098": "coalesce(_bhv_14000098, 0)",
    "bhv_14000045": "coalesce(_bhv_14000045, 0)",
    "bhv_14000008": "coalesce(_bhv_14000008, 0)",
    "leads": "coalesce(_bhv_71000001, 0) + coalesce(_bhv_71000002, 0) + coalesce(_bhv_71000003, 0)",
} %}

{{ stage_payloads("weibo_ads", "report_creative", fields, "record_date", computed) }}
