-- Grain: one row per order whose buyer is known as a person, with its place among the person's orders.
with
    owners as (select identity_id, person_id from {{ ref("bridge_person_identity") }}),

    owned as (
        select {{ owner_of() }} as person_id, told.platform, told.order_id, told.ordered_at, told.order_date
        from {{ ref("fct_order") }} as told {{ join_owners("told", "owners") }}
    ),

    bridge_person_order as (
        select *, row_number() over (partition by person_id order by ordered_at, platform, order_id) as order_number
        from owned
        where person_id is not null
    )

select *
from bridge_person_order
