-- Grain: one row per source, account and record hash: what a file tells of an account and day.
{{ config(post_hook="{{ remember_staged_loads(none, 'file_account_daily') }}") }}

{% set counts = "followers new_follows lost_follows net_follows views impressions reach clicks profile_views likes recommends comments shares saves contents_published" %}
{% set fields = file_fields([("metric_date", "record_date", "date", true)] + same_named(counts, "bigint")) %}

{{ stage_payloads(none, "file_account_daily", fields, "record_date") }}
