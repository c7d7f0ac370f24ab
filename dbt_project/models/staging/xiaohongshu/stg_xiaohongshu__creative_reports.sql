-- Grain: one row per account and record hash: a report row of a day and creative, as answered.
{{ config(post_hook="{{ remember_staged_loads('xiaohongshu', 'report_creative') }}") }}

{% set ids = [
    ("campaign_id", "campaign_id", "text", true),
    ("unit_id", "ad_group_id", "text", true),
    ("creativity_id", "ad_id", "text", true),
    ("note_id", "note_id", "text", false),
] %}

{{ stage_payloads("xiaohongshu", "report_creative", xiaohongshu_report(ids), "record_date", absent=["-"]) }}
