-- Grain: one row per account and order, as last seen.
{% set have = [
    "visitor_identity",
    "user_identity",
    "phone_identity",
    "email_identity",
    "currency",
    "coupon_code",
    "session_id",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "click_id",
] %}

{{
    newest_events(
        "orders",
        "site",
        "order",
        "stg_site__orders",
        ["order_id"],
        "ordered_at",
        have,
        {"order_amount": "order_amount", "discount_amount": "discount_amount"},
    )
}}
