-- Grain: one row per source, account and record hash: what a file tells of an ad on a day.
{{ config(post_hook="{{ remember_staged_loads(none, 'file_ad_daily') }}") }}

{% set fields = file_fields(
    [("metric_date", "record_date", "date", true), ("ad_id", "ad_id", "text", true)]
    + same_named("campaign_id ad_group_id", "text")
    + same_named("spend_amount order_amount", "amount")
    + same_named(ad_counts() | join(" "), "bigint")
) %}

{{ stage_payloads(none, "file_ad_daily", fields, "record_date") }}
