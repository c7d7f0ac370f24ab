-- Grain: one row per person with consent to a profile, who bought or asked: which products.
-- The favourite is the product bought most, of two the one bought last, then by name.
with
    consenting as ({{ consenting_persons("user_profile") }}),

    bought as (
        select
            owned.person_id,
            lines.product,
            cast(sum(lines.quantity) as bigint) as items,
            max(owned.ordered_at) as last_ordered_at
        from {{ ref("fct_order_line") }} as lines
        inner join {{ ref("bridge_person_order") }} as owned using (platform, order_id)
        inner join consenting on owned.person_id = consenting.person_id
        where lines.product is not null
        group by owned.person_id, lines.product
    ),

    favourites as (
        select *, row_number() over (partition by person_id order by items desc, last_ordered_at desc, product) as place
        from bought
    ),

    products as (
        select
            person_id,
            max(case when place = 1 then product end) as favourite_product,
            max(case when place = 1 then items end) as favourite_product_items,
            count(*) as products_bought,
            cast(sum(items) as bigint) as items_bought
        from favourites
        group by person_id
    ),

    owners as (select identity_id, person_id from {{ ref("bridge_person_identity") }}),

    asked as (
        select {{ owner_of() }} as person_id, told.product, told.stage, told.lead_at, told.lead_id
        from {{ ref("fct_lead") }} as told {{ join_owners("told", "owners") }}
    ),

    last_asked as (
        select
            asked.person_id,
            asked.product as last_lead_product,
            asked.stage as last_lead_stage,
            row_number() over (partition by asked.person_id order by asked.lead_at desc, asked.lead_id) as place
        from asked
        inner join consenting using (person_id)
    ),

    inf_person_interest as (
        select
            person_id,
            products.favourite_product,
            products.favourite_product_items,
            products.products_bought,
            products.items_bought,
            last_asked.last_lead_product,
            last_asked.last_lead_stage
        from products
        full outer join (select * from last_asked where place = 1) as last_asked using (person_id)
    )

select *
from inf_person_interest
