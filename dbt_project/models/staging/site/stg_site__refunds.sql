-- Grain: one row per account and record hash: money paid back for an order of the site.
{{ config(post_hook="{{ remember_staged_loads('site', 'refund') }}") }}

{% set fields = [
    ("event_id", "event_id", "text", true),
    ("refund_id", "refund_id", "text", true),
    ("order_id", "order_id", "text", true),
    ("occurred_at", "refunded_at", "timestamp", true),
    ("refund_amount", "refund_amount", "bigint", true),
    ("currency", "currency", "text", false),
    ("reason", "refund_reason", "text", false),
] %}

{{ stage_payloads("site", "refund", fields, "cast(refunded_at as date)") }}
