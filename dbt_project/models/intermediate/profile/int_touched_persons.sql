-- Grain: one row per person whose days this build rewrites, all of them: an identity came or went, a consent was given
-- or taken back, an order, refund or lead was told otherwise.
{{ config(materialized="table") }}

{% set columns = [
    "person_id",
    "activity_date",
    "leads",
    "orders",
    "store_orders",
    "coupon_orders",
    "refunds",
    "order_amount",
    "discount_amount",
    "refund_amount",
] %}
{% set person_days = as_served("inf_person_daily") %}

with
    served_shop_days as (
        {% if person_days %}select {{ columns | join(", ") }} from {{ person_days }} where leads + orders + refunds > 0
        {% else %}select {{ columns | join(", ") }} from {{ ref("int_person_shop_days") }} where 1 = 0
        {% endif %}
    ),

    shop_days as (select {{ columns | join(", ") }} from {{ ref("int_person_shop_days") }}),

    served_owners as (select person_id, identity_id from {{ ref("int_served_owners") }}),

    owners as (select person_id, identity_id from {{ ref("int_profile_owners") }})

{% for served, now in [("served_owners", "owners"), ("served_shop_days", "shop_days")] %}
    select person_id
    from
        (
            select *
            from {{ served }}
            except
            select *
            from {{ now }}
        ) as gone
    union
    select person_id
    from
        (
            select *
            from {{ now }}
            except
            select *
            from {{ served }}
        ) as come
    {% if not loop.last %}
        union
    {% endif %}
{% endfor %}
