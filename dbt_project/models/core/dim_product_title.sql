-- Grain: one row per product and version of its title.
-- Lines with the sku tell it; where there are none, lines without; where there are none, leads. A version begins with
-- the first that tells another title than the one before.
{% set product = "partition by platform, product_id" %}
with
    named as (
        select
            platform,
            product_id,
            product as title,
            ordered_at as told_at,
            order_id as told_in,
            line_number,
            case when sku is null then 2 else 1 end as precedence
        from {{ ref("fct_order_line") }}
        union all
        select platform, product_id, product, lead_at, lead_id, 0, 3
        from {{ ref("fct_lead") }}
    ),

    ranked as (
        select
            *,
            min(precedence) over ({{ product }}) as best,
            row_number() over ({{ product }}, precedence, told_at order by told_in desc, line_number desc) as place
        from named
        where title is not null
    ),

    compared as (
        select *, lag(title) over ({{ product }} order by told_at) as title_before
        from ranked
        where precedence = best and place = 1
    ),

    dim_product_title as (
        select
            platform,
            product_id,
            title,
            told_at as valid_from,
            lead(told_at) over ({{ product }} order by told_at) as valid_to,
            lead(told_at) over ({{ product }} order by told_at) is null as is_current
        from compared
        where title is distinct from title_before
    )

select *
from dim_product_title
