-- Grain: one row per person with consent to a profile, and day on which any of its identities did something.
-- Identities and days folded through the bridge; what was paid back stands on its own day.
{% set visits = [
    "visits",
    "page_views",
    "sessions",
    "paid_visits",
    "social_visits",
    "search_visits",
    "direct_visits",
    "mobile_visits",
    "desktop_visits",
    "mini_program_visits",
    "night_visits",
    "morning_visits",
    "afternoon_visits",
    "evening_visits",
] %}

with
    consenting as ({{ consenting_persons("user_profile") }}),

    owners as (
        select bridge.identity_id, bridge.person_id
        from {{ ref("bridge_person_identity") }} as bridge
        inner join consenting using (person_id)
    ),

    web as (
        select owners.person_id, days.*
        from {{ ref("fct_identity_daily") }} as days
        inner join owners using (identity_id)
    ),

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
            activity_date,
            {{ visits | join(", ") }},
            0 as leads,
            0 as orders,
            0 as store_orders,
            0 as coupon_orders,
            0 as order_amount,
            0 as discount_amount,
            0 as refunds,
            0 as refund_amount
        from web
        union all
        select
            person_id,
            order_date,
            {% for name in visits %} 0, {% endfor %} 0,
            1,
            case when channel = 'store' then 1 else 0 end,
            case when coupon_code is not null then 1 else 0 end,
            paid,
            discount,
            0,
            0
        from orders
        union all
        select person_id, refund_date, {% for name in visits %} 0, {% endfor %} 0, 0, 0, 0, 0, 0, 1, paid_back
        from refunds
        union all
        select person_id, lead_date, {% for name in visits %} 0, {% endfor %} 1, 0, 0, 0, 0, 0, 0, 0
        from leads
    ),

    inf_person_daily as (
        select
            person_id,
            activity_date,
            {% for name in visits + ["leads", "orders", "store_orders", "coupon_orders", "refunds"] %}
                cast(sum({{ name }}) as bigint) as {{ name }},
            {% endfor %}
            cast(sum(order_amount) as decimal(20, 5)) as order_amount,
            cast(sum(discount_amount) as decimal(20, 5)) as discount_amount,
            cast(sum(refund_amount) as decimal(20, 5)) as refund_amount
        from happened
        where person_id is not null
        group by person_id, activity_date
    )

select *
from inf_person_daily
