-- Grain: one row per account and coupon code, as last seen.
{% set have = ["coupon_batch", "order_id", "channel", "visitor_identity", "user_identity", "currency"] %}

{{
    newest_events(
        "coupon_uses",
        "site",
        "coupon_use",
        "stg_site__coupon_uses",
        ["coupon_code"],
        "used_at",
        have,
        {"discount_amount": "discount_amount"},
    )
}}
