-- Grain: one row per account and record hash: a refund in the ERP.
{{ config(post_hook="{{ remember_staged_loads('database', 'erp_refund') }}") }}

{% set fields = [
    ("refund_id", "refund_id", "text", true),
    ("order_id", "order_id", "text", true),
    ("refunded_at", "refunded_at", "timestamp", true),
    ("refund_fen", "refund_fen", "bigint", true),
    ("currency", "currency", "text", false),
    ("reason", "refund_reason", "text", false),
] %}

{{ stage_payloads("database", "erp_refund", fields, "cast(refunded_at as date)") }}
