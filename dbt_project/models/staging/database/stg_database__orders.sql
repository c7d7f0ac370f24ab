-- Grain: one row per account and record hash: an order in the ERP.
{{ config(post_hook="{{ remember_staged_loads('database', 'erp_order') }}") }}

{% set fields = [
    ("order_id", "order_id", "text", true),
    ("ordered_at", "ordered_at", "timestamp", true),
    ("channel", "channel", "text", false),
    ("store_id", "store_id", "text", false),
    ("member_id", "user_identity", "text", false),
    ("phone", "phone_identity", "text", false),
    ("email", "email_identity", "text", false),
    ("paid_fen", "paid_fen", "bigint", true),
    ("discount_fen", "discount_fen", "bigint", false),
    ("currency", "currency", "text", false),
    ("coupon_code", "coupon_code", "text", false),
    ("status", "order_status", "text", false),
] %}

{{ stage_payloads("database", "erp_order", fields, "cast(ordered_at as date)") }}
