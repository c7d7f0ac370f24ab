-- Grain: one row per account and record hash: a position of an order in the ERP.
{{ config(post_hook="{{ remember_staged_loads('database', 'erp_order_line') }}") }}

{% set fields = [
    ("order_id", "order_id", "text", true),
    ("line_no", "line_number", "integer", true),
    ("ordered_at", "ordered_at", "timestamp", true),
    ("sku", "sku", "text", false),
    ("title", "product", "text", false),
    ("quantity", "quantity", "bigint", true),
    ("price_fen", "price_fen", "bigint", true),
] %}

{{ stage_payloads("database", "erp_order_line", fields, "cast(ordered_at as date)") }}
