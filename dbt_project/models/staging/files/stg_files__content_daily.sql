-- Grain: one row per source, account and record hash: what a file tells of a content on a day.
{{ config(post_hook="{{ remember_staged_loads(none, 'file_content_daily') }}") }}

{% set counts = content_counters() | join(" ") %}
{% set fields = file_fields(
    [("metric_date", "record_date", "date", true)]
    + content_fields()
    + same_named(counts, "bigint")
    + same_named("reward_amount", "amount")
) %}

{{ stage_payloads(none, "file_content_daily", fields, "record_date") }}
