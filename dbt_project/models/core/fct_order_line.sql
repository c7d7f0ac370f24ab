-- Grain: one row per order and position in it.
with
    told as ({{ united("order_lines", ["order_id", "line_number"]) }}),

    names as (select * from {{ ref("int_product_names") }}),

    fct_order_line as (
        select
            told.platform,
            told.source,
            told.account_id,
            told.order_id,
            told.line_number,
            told.ordered_at,
            cast(told.ordered_at as date) as order_date,
            {{ product_id("told.product", "told.sku") }} as product_id,
            told.sku,
            told.product,
            told.quantity,
            told.price_amount
        from told
        left join names on told.platform = names.platform and {{ comparable_title("told.product") }} = names.product_key
    )

select *
from fct_order_line
