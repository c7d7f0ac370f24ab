-- Grain: one row per platform and title, as titles are compared, that one sku alone has or had.
{{ config(materialized="table") }}

with
    lines as ({{ union_conformed("order_lines") }}),

    titled as (
        select sources.platform, {{ comparable_title("lines.product") }} as product_key, lines.sku
        from lines
        inner join {{ ref("sources") }} as sources using (source)
        where lines.sku is not null
    ),

    product_names as (
        select platform, product_key, min(sku) as sku
        from titled
        where product_key is not null
        group by platform, product_key
        having min(sku) = max(sku)
    )

select *
from product_names
