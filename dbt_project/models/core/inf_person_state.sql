-- Grain: one row per person with consent to a profile and day of a profile: the ends of the last months, and the
-- newest covered day.
-- What the rules of segments look at, as of the end of that day. The newest day is counted in inf_person_activity.
-- depends_on: {{ ref("int_touched_profile_days") }}, {{ ref("int_touched_persons") }}
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_touched_persons('as_of_date', 'int_touched_profile_days') }}",
    )
}}

{% set features = "last_active_date, last_order_date, visits_30d, leads_90d, orders_365d" %}

with
    month_ends as (select as_of_date from ({{ profile_days() }}) as days where not is_newest),

    days as (
        select month_ends.as_of_date, person_days.*
        from {{ ref("inf_person_daily") }} as person_days
        inner join month_ends on person_days.activity_date <= month_ends.as_of_date
        {% if is_incremental() %}
            where month_ends.as_of_date in (select as_of_date from {{ ref("int_touched_profile_days") }})
            union all
            select month_ends.as_of_date, person_days.*
            from {{ ref("inf_person_daily") }} as person_days
            inner join {{ ref("int_touched_persons") }} as touched using (person_id)
            inner join month_ends on person_days.activity_date <= month_ends.as_of_date
            where month_ends.as_of_date not in (select as_of_date from {{ ref("int_touched_profile_days") }})
        {% endif %}
    ),

    counted as (
        select
            person_id,
            as_of_date,
            max(case when visits + orders + leads > 0 then activity_date end) as last_active_date,
            max(case when orders > 0 then activity_date end) as last_order_date,
            {{ sum_of_last("visits", 30) }} as visits_30d,
            {{ sum_of_last("leads", 90) }} as leads_90d,
            {{ sum_of_last("orders", 365) }} as orders_365d,
            {{ sum_of_last("order_amount - refund_amount", 365, "decimal(20, 5)") }} as revenue_365d
        from days
        group by person_id, as_of_date
    ),

    states as (
        select person_id, as_of_date, false as is_newest, {{ features }}, revenue_365d
        from counted
        union all
        select
            person_id,
            as_of_date,
            true,
            {{ features }},
            cast(order_amount_365d - refund_amount_365d as decimal(20, 5)) as revenue_365d
        from {{ ref("inf_person_activity") }}
        {% if is_incremental() %}
            where
                as_of_date in (select as_of_date from {{ ref("int_touched_profile_days") }})
                or person_id in (select person_id from {{ ref("int_touched_persons") }})
        {% endif %}
    ),

    inf_person_state as (
        select
            *,
            cast(as_of_date - last_active_date as bigint) as days_since_active,
            cast(as_of_date - last_order_date as bigint) as days_since_order
        from states
    )

select *
from inf_person_state
