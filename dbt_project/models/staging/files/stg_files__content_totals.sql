-- Grain: one row per source, account and record hash: what a file tells of a content since its publication, as of a
-- day.
{{ config(post_hook="{{ remember_staged_loads(none, 'file_content_totals') }}") }}

{% set counts = content_counters() | join("_to_date ") ~ "_to_date" %}
{% set fields = file_fields(
    [("metric_date", "record_date", "date", true)]
    + content_fields()
    + same_named(counts, "bigint")
    + same_named("reward_amount_to_date", "amount")
    + same_named("finish_rate_to_date average_view_seconds_to_date", "rate")
) %}

{{ stage_payloads(none, "file_content_totals", fields, "record_date") }}
