-- Grain: one row per account and record hash: a coupon used, in the ERP.
{{ config(post_hook="{{ remember_staged_loads('database', 'erp_coupon_use') }}") }}

{% set fields = [
    ("coupon_code", "coupon_code", "text", true),
    ("coupon_batch", "coupon_batch", "text", false),
    ("used_at", "used_at", "timestamp", true),
    ("order_id", "order_id", "text", false),
    ("channel", "channel", "text", false),
    ("member_id", "user_identity", "text", false),
    ("discount_fen", "discount_fen", "bigint", false),
    ("currency", "currency", "text", false),
] %}

{{ stage_payloads("database", "erp_coupon_use", fields, "cast(used_at as date)") }}
