-- Grain: one row per account and order, as last seen.
{% set have = [
    "channel",
    "store_id",
    "user_identity",
    "phone_identity",
    "email_identity",
    "currency",
    "coupon_code",
    "order_status",
] %}

{{
    newest_events(
        "orders",
        "database",
        "erp_order",
        "stg_database__orders",
        ["order_id"],
        "ordered_at",
        have,
        {"order_amount": "paid_fen", "discount_amount": "discount_fen"},
    )
}}
