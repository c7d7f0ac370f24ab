-- Grain: one row per person with consent to a profile: what it did in windows that end on the newest covered day.
-- Days of visits count for at most 90 days; longer windows and totals are of the few days with a lead, order or refund.
{% set visits = [
    ("visits", [7, 30, 90]),
    ("page_views", [30, 90]),
    ("sessions", [30, 90]),
    ("paid_visits", [90]),
    ("social_visits", [90]),
    ("search_visits", [90]),
    ("direct_visits", [90]),
    ("mobile_visits", [90]),
    ("desktop_visits", [90]),
    ("mini_program_visits", [90]),
    ("night_visits", [90]),
    ("morning_visits", [90]),
    ("afternoon_visits", [90]),
    ("evening_visits", [90]),
    ("active_days", [30, 90]),
    ("weekend_visits", [90]),
] %}
{% set shopping = [
    ("leads", [90, 365]),
    ("orders", [30, 90, 365]),
    ("store_orders", [365]),
    ("coupon_orders", [365]),
    ("refunds", [365]),
] %}
{% set amounts = [("order_amount", [30, 90, 365]), ("discount_amount", [365]), ("refund_amount", [30, 90, 365])] %}
{% set is_active = "visits + orders + leads > 0" %}

with
    newest as (select as_of_date from ({{ profile_days() }}) as days where is_newest),

    persons as (
        select
            days.person_id,
            newest.as_of_date,
            max(case when {{ is_active }} then days.activity_date end) as last_active_date
        from {{ ref("inf_person_daily") }} as days
        inner join newest on days.activity_date <= newest.as_of_date
        group by days.person_id, newest.as_of_date
    ),

    visit_days as (
        select
            newest.as_of_date,
            days.*,
            case when {{ is_active }} then 1 else 0 end as active_days,
            case when {{ iso_weekday("activity_date") }} >= 6 then visits else 0 end as weekend_visits
        from {{ ref("inf_person_daily") }} as days
        inner join
            newest
            on days.activity_date <= newest.as_of_date
            and days.activity_date > {{ add_days("newest.as_of_date", -90) }}
    ),

    visited as (
        select
            person_id
            {% for name, spans in visits %}
                {% for span in spans %}, {{ sum_of_last(name, span) }} as {{ name }}_{{ span }}d {% endfor %}
            {% endfor %}
        from visit_days
        group by person_id
    ),

    shop_days as (
        select newest.as_of_date, days.*
        from {{ ref("inf_person_daily") }} as days
        inner join newest on days.activity_date <= newest.as_of_date
        where days.leads + days.orders + days.refunds > 0
    ),

    shopped as (
        select
            person_id,
            min(case when orders > 0 then activity_date end) as first_order_date,
            max(case when orders > 0 then activity_date end) as last_order_date,
            {% for name, spans in shopping %}
                {% for span in spans %} {{ sum_of_last(name, span) }} as {{ name }}_{{ span }}d, {% endfor %}
            {% endfor %}
            {% for name, spans in amounts %}
                {% for span in spans %}
                    {{ sum_of_last(name, span, "decimal(20, 5)") }} as {{ name }}_{{ span }}d,
                {% endfor %}
            {% endfor %}
            cast(sum(orders) as bigint) as orders_total,
            cast(sum(order_amount) as decimal(20, 5)) as order_amount_total,
            cast(sum(refund_amount) as decimal(20, 5)) as refund_amount_total
        from shop_days
        group by person_id
    ),

    inf_person_activity as (
        select
            persons.person_id,
            persons.as_of_date,
            persons.last_active_date,
            shopped.first_order_date,
            shopped.last_order_date,
            {% for name, spans in visits + shopping + amounts %}
                {% for span in spans %} coalesce({{ name }}_{{ span }}d, 0) as {{ name }}_{{ span }}d, {% endfor %}
            {% endfor %}
            coalesce(shopped.orders_total, 0) as orders_total,
            coalesce(shopped.order_amount_total, 0) as order_amount_total,
            coalesce(shopped.refund_amount_total, 0) as refund_amount_total
        from persons
        left join visited on persons.person_id = visited.person_id
        left join shopped on persons.person_id = shopped.person_id
    )

select *
from inf_person_activity
