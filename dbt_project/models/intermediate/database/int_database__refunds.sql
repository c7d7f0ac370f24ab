-- Grain: one row per account and refund, as last seen.
{% set have = ["currency", "refund_reason"] %}

{{
    newest_events(
        "refunds",
        "database",
        "erp_refund",
        "stg_database__refunds",
        ["refund_id", "order_id"],
        "refunded_at",
        have,
        {"refund_amount": "refund_fen"},
    )
}}
