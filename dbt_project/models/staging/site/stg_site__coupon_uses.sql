-- Grain: one row per account and record hash: a coupon used on the site.
{{ config(post_hook="{{ remember_staged_loads('site', 'coupon_use') }}") }}

{% set fields = [
    ("event_id", "event_id", "text", true),
    ("coupon_code", "coupon_code", "text", true),
    ("coupon_batch", "coupon_batch", "text", false),
    ("occurred_at", "used_at", "timestamp", true),
    ("order_id", "order_id", "text", false),
    ("channel", "channel", "text", false),
    ("visitor_id", "visitor_identity", "text", false),
    ("user_id", "user_identity", "text", false),
    ("discount_amount", "discount_amount", "bigint", false),
    ("currency", "currency", "text", false),
] %}

{{ stage_payloads("site", "coupon_use", fields, "cast(used_at as date)") }}
