-- Grain: one row per landed row of a load: a click on a tracked link.
{{ config(post_hook="{{ remember_staged_loads('growingio', 'ads_track_click') }}") }}

{% set fields = [
    ("linkId", "link_id", "text"),
    ("campaignId", "utm_campaign", "text"),
    ("channelId", "utm_source", "text"),
    ("linkName", "event_name", "text"),
    ("platform", "device_type", "text"),
    ("eventTime", "event_milliseconds", "bigint"),
    ("eventTime", "event_at", "epoch_ms"),
] %}

{{ stage_columns("growingio", "ads_track_click", "linkId", fields) }}
