-- Grain: one row per account and record hash: how often the ads were shown to a gender and age on a day.
{{ config(post_hook="{{ remember_staged_loads('kuaishou_ads', 'audience_report') }}") }}

{% set fields = [
    ("stat_date", "record_date", "date", true),
    ("gender", "gender", "text", false),
    ("age_segment", "age_segment", "text", false),
    ("aclick", "aclick", "count", true),
] %}

{{ stage_payloads("kuaishou_ads", "audience_report", fields, "record_date") }}
