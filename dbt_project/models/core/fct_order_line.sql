-- Grain: one row per order and position in it.
with
    told as ({{ united("order_lines", ["order_id", "line_number"]) }}),

    fct_order_line as (
        select
            told.platform,
            told.source,
            told.account_id,
            told.order_id,
            told.line_number,
            told.ordered_at,
            cast(told.ordered_at as date) as order_date,
            told.sku,
            told.product,
            told.quantity,
            told.price_amount
        from told
    )

select *
from fct_order_line
