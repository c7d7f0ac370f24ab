-- Grain: one row per account and refund, as last seen.
{% set have = ["currency", "refund_reason"] %}

{{
    newest_events(
        "refunds",
        "site",
        "refund",
        "stg_site__refunds",
        ["refund_id", "order_id"],
        "refunded_at",
        have,
        {"refund_amount": "refund_amount"},
    )
}}
