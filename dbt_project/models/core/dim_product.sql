-- Grain: one row per product that was ordered or asked for: a sku, or a title that is no sku's or several skus'.
with
    ordered as (
        select
            platform,
            product_id,
            max(sku) as sku,
            min(order_date) as first_sold_date,
            max(order_date) as last_sold_date,
            cast(sum(quantity) as bigint) as items
        from {{ ref("fct_order_line") }}
        where product_id is not null
        group by platform, product_id
    ),

    asked as (
        select
            platform, product_id, min(lead_date) as first_lead_date, max(lead_date) as last_lead_date, count(*) as leads
        from {{ ref("fct_lead") }}
        where product_id is not null
        group by platform, product_id
    ),

    titles as (select platform, product_id, title from {{ ref("dim_product_title") }} where is_current),

    dim_product as (
        select
            platform,
            product_id,
            ordered.sku,
            titles.title,
            ordered.first_sold_date,
            ordered.last_sold_date,
            coalesce(ordered.items, 0) as items,
            asked.first_lead_date,
            asked.last_lead_date,
            coalesce(asked.leads, 0) as leads
        from ordered
        full outer join asked using (platform, product_id)
        left join titles using (platform, product_id)
    )

select *
from dim_product
