-- Grain: one row per person with consent to a profile: what it did in windows that end on the newest covered day.
{% set windows = [
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
    ("leads", [90, 365]),
    ("orders", [30, 90, 365]),
    ("store_orders", [365]),
    ("coupon_orders", [365]),
    ("refunds", [365]),
] %}
{% set amounts = [("order_amount", [30, 90, 365]), ("discount_amount", [365]), ("refund_amount", [30, 90, 365])] %}

with
    newest as (select as_of_date from ({{ profile_days() }}) as days where is_newest),

    days as (
        select
            newest.as_of_date,
            person_days.*,
            case when visits + orders + leads > 0 then 1 else 0 end as active_days,
            case when {{ iso_weekday("activity_date") }} >= 6 then visits else 0 end as weekend_visits
        from {{ ref("inf_person_daily") }} as person_days
        inner join newest on person_days.activity_date <= newest.as_of_date
    ),

    inf_person_activity as (
        select
            person_id,
            as_of_date,
            min(activity_date) as first_active_date,
            max(case when active_days = 1 then activity_date end) as last_active_date,
            min(case when orders > 0 then activity_date end) as first_order_date,
            max(case when orders > 0 then activity_date end) as last_order_date,
            {% for name, spans in windows + [("active_days", [30, 90]), ("weekend_visits", [90])] %}
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
        from days
        group by person_id, as_of_date
    )

select *
from inf_person_activity
