-- Grain: one row per person with consent to a profile, and day on which it asked, bought or was paid back.
-- Amounts in the reporting currency; what was paid back stands on its own day.
{{ config(materialized="table") }}

with
    owners as (select * from {{ ref("int_profile_owners") }}),

    consenting as (select distinct person_id from owners),

    orders as (
        select
            owned.person_id,
            told.platform,
            told.order_id,
            told.order_date,
            told.channel,
            told.coupon_code,
            {{ in_reporting_currency("told.order_amount", "told.currency", "told.order_date") }} as paid,
            {{ in_reporting_currency("told.discount_amount", "told.currency", "told.order_date") }} as discount
        from {{ ref("fct_order") }} as told
        inner join {{ ref("bridge_person_order") }} as owned using (platform, order_id)
        inner join
            consenting on owned.person_id = consenting.person_id {{ join_rates("told.currency", "told.order_date") }}
    ),

    refunds as (
        select
            orders.person_id,
            told.refund_date,
            {{ in_reporting_currency("told.refund_amount", "told.currency", "told.refund_date") }} as paid_back
        from {{ ref("fct_refund") }} as told
        inner join
            orders on told.platform = orders.platform and told.order_id = orders.order_id
            {{ join_rates("told.currency", "told.refund_date") }}
    ),

    leads as (
        select {{ owner_of() }} as person_id, told.lead_date
        from {{ ref("fct_lead") }} as told {{ join_owners("told", "owners") }}
    ),

    happened as (
        select
            person_id,
            order_date as activity_date,
            0 as leads,
            1 as orders,
            case when channel = 'store' then 1 else 0 end as store_orders,
            case when coupon_code is not null then 1 else 0 end as coupon_orders,
            0 as refunds,
            paid as order_amount,
            discount as discount_amount,
            0 as refund_amount
        from orders
        union all
        select person_id, refund_date, 0, 0, 0, 0, 1, 0, 0, paid_back
        from refunds
        union all
        select person_id, lead_date, 1, 0, 0, 0, 0, 0, 0, 0
        from leads
        where person_id is not null
    )

select
    person_id,
    activity_date,
    {% for name in ["leads", "orders", "store_orders", "coupon_orders", "refunds"] %}
        cast(sum({{ name }}) as bigint) as {{ name }},
    {% endfor %}
    cast(sum(order_amount) as decimal(20, 5)) as order_amount,
    cast(sum(discount_amount) as decimal(20, 5)) as discount_amount,
    cast(sum(refund_amount) as decimal(20, 5)) as refund_amount
from happened
group by person_id, activity_date
