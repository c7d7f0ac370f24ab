-- The P&L of campaigns holds all spend by platform and day, all cost of creators, and every order once, with its money,
-- also those that no campaign claims.
{% set orders = reporting_orders() %}
{{
    conserved_sums(
        ref("roi__campaign_pnl"),
        [
            (
                "spend_amount",
                reporting_spend(),
                "reporting_spend_amount",
                {"platform": "platform", "metric_date": "metric_date"},
            ),
            (
                "creator_cost_amount",
                reporting_creator_notes(),
                "reporting_cost_amount",
                {"platform": "platform", "metric_date": "published_date"},
            ),
            ("orders", orders, "1", {"metric_date": "order_date"}),
            ("revenue_amount", orders, "reporting_order_amount", {"metric_date": "order_date"}),
            ("refund_amount", orders, "reporting_refund_amount", {"metric_date": "order_date"}),
        ],
    )
}}
