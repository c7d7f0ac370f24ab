-- Grain: one row per account and order and position, as last seen.
{% set have = ["sku", "product", "quantity"] %}

{{
    newest_events(
        "order_lines",
        "database",
        "erp_order_line",
        "stg_database__order_lines",
        ["order_id", "line_number"],
        "ordered_at",
        have,
        {"price_amount": "price_fen"},
    )
}}
