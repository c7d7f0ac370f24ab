-- Grain: one row per person with consent to a profile, and day on which any of its identities did something.
-- Identities and days folded through the bridge. A build rewrites the touched days of everybody, and every day of the
-- touched persons.
-- depends_on: {{ ref("int_touched_activity_days") }}, {{ ref("int_touched_persons") }}
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_touched_persons('activity_date', 'int_touched_activity_days') }}",
    )
}}

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

{% set shopping = ["leads", "orders", "store_orders", "coupon_orders", "refunds"] %}
{% set amounts = ["order_amount", "discount_amount", "refund_amount"] %}

with
    owners as (select identity_id, person_id from {{ ref("int_profile_owners") }}),

    web as (
        select owners.person_id, days.*
        from {{ ref("fct_identity_daily") }} as days
        inner join owners using (identity_id)
        {% if is_incremental() %}
            where days.activity_date in (select activity_date from {{ ref("int_touched_activity_days") }})
            union all
            select owners.person_id, days.*
            from {{ ref("fct_identity_daily") }} as days
            inner join owners using (identity_id)
            inner join {{ ref("int_touched_persons") }} as touched using (person_id)
            where days.activity_date not in (select activity_date from {{ ref("int_touched_activity_days") }})
        {% endif %}
    ),

    shop as (
        select *
        from {{ ref("int_person_shop_days") }}
        {% if is_incremental() %}
            where
                activity_date in (select activity_date from {{ ref("int_touched_activity_days") }})
                or person_id in (select person_id from {{ ref("int_touched_persons") }})
        {% endif %}
    ),

    happened as (
        select
            person_id,
            activity_date,
            {{ visits | join(", ") }}
            {% for name in shopping + amounts %}, 0 as {{ name }} {% endfor %}
        from web
        union all
        select
            person_id,
            activity_date
            {% for name in visits %}, 0 {% endfor %}
            {% for name in shopping + amounts %}, {{ name }} {% endfor %}
        from shop
    ),

    inf_person_daily as (
        select
            person_id,
            activity_date,
            {% for name in visits + shopping %} cast(sum({{ name }}) as bigint) as {{ name }}, {% endfor %}
            {% for name in amounts %}
                cast(sum({{ name }}) as decimal(20, 5)) as {{ name }}{% if not loop.last %},{% endif %}
            {% endfor %}
        from happened
        group by person_id, activity_date
    )

select *
from inf_person_daily
