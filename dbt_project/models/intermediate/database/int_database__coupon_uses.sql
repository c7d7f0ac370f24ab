-- Grain: one row per account and coupon code, as last seen.
{% set have = ["coupon_batch", "order_id", "channel", "user_identity", "currency"] %}

{{
    newest_events(
        "coupon_uses",
        "database",
        "erp_coupon_use",
        "stg_database__coupon_uses",
        ["coupon_code"],
        "used_at",
        have,
        {"discount_amount": "discount_fen"},
    )
}}
