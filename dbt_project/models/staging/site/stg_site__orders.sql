-- Grain: one row per account and record hash: an order on the site, paid.
{{ config(post_hook="{{ remember_staged_loads('site', 'order') }}") }}

{% set fields = [
    ("event_id", "event_id", "text", true),
    ("order_id", "order_id", "text", true),
    ("occurred_at", "ordered_at", "timestamp", true),
    ("visitor_id", "visitor_identity", "text", false),
    ("user_id", "user_identity", "text", false),
    ("phone", "phone_identity", "text", false),
    ("email", "email_identity", "text", false),
    ("order_amount", "order_amount", "bigint", true),
    ("discount_amount", "discount_amount", "bigint", false),
    ("currency", "currency", "text", false),
    ("coupon_code", "coupon_code", "text", false),
    ("session_id", "session_id", "text", false),
    ("utm_source", "utm_source", "text", false),
    ("utm_medium", "utm_medium", "text", false),
    ("utm_campaign", "utm_campaign", "text", false),
    ("utm_content", "utm_content", "text", false),
    ("click_id", "click_id", "text", false),
] %}

{{ stage_payloads("site", "order", fields, "cast(ordered_at as date)") }}
