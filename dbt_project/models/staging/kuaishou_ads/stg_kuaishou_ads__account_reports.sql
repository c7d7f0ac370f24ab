-- Grain: one row per account and record hash: the whole advertiser's day, programmed material included.
{{ config(post_hook="{{ remember_staged_loads('kuaishou_ads', 'account_report') }}") }}

{% set fields = [
    ("stat_date", "record_date", "date", true),
    ("charge", "charge", "amount", true),
    ("aclick", "aclick", "count", true),
    ("bclick", "bclick", "count", true),
] %}

{{ stage_payloads("kuaishou_ads", "account_report", fields, "record_date") }}
