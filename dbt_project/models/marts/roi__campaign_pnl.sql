-- Grain: one row per campaign and day on which it cost or brought something; orders without a campaign are a row of
-- type none.
-- Everything is in the reporting currency. Refunds stand on the day of their order. Coupons are in revenue already.
{% set keys = ["campaign_type", "platform", "source", "account_id", "campaign_id", "metric_date"] %}
{% set amounts = [
    "spend_amount",
    "agency_fee_amount",
    "creator_cost_amount",
    "revenue_amount",
    "refund_amount",
    "discount_amount",
] %}
{% set counts = ["impressions", "clicks", "orders", "store_orders", "coupon_orders", "new_customers"] %}
with
    costs as (
        select {{ keys | join(", ") }}, spend_amount, agency_fee_amount, creator_cost_amount, impressions, clicks
        from {{ ref("fct_campaign_cost_daily") }}
    ),

    sales as (
        select
            credits.campaign_type,
            coalesce(sources.platform, orders.platform) as platform,
            credits.campaign_source as source,
            credits.campaign_account_id as account_id,
            credits.campaign_id,
            orders.order_date as metric_date,
            1 as orders,
            case when orders.channel = 'store' then 1 else 0 end as store_orders,
            case when orders.coupon_code is not null then 1 else 0 end as coupon_orders,
            case when persons.order_number = 1 then 1 else 0 end as new_customers,
            orders.reporting_order_amount as revenue_amount,
            orders.reporting_refund_amount as refund_amount,
            orders.reporting_discount_amount as discount_amount
        from {{ reporting_orders() }} as orders
        inner join {{ ref("bridge_order_campaign") }} as credits using (platform, order_id)
        left join {{ ref("bridge_person_order") }} as persons using (platform, order_id)
        left join {{ ref("sources") }} as sources on credits.campaign_source = sources.source
    ),

    entries as (
        {% for part, has in [
            ("costs", amounts[:3] + counts[:2]),
            ("sales", amounts[3:] + counts[2:]),
        ] %}
            select
                {{ keys | join(", ") }},
                {% for name in amounts + counts %}
                    {{ name if name in has else "0" }} as {{ name }}{% if not loop.last %},{% endif %}
                {% endfor %}
            from {{ part }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    added_up as (
        select
            {{ keys | join(", ") }},
            {% for name in amounts %} cast(sum({{ name }}) as decimal(20, 5)) as {{ name }}, {% endfor %}
            {% for name in counts %}
                cast(coalesce(sum({{ name }}), 0) as bigint) as {{ name }}{% if not loop.last %},{% endif %}
            {% endfor %}
        from entries
        group by {{ keys | join(", ") }}
    ),

    names as ({{ campaign_names() }})

select
    added_up.*,
    coalesce(
        names.campaign_name, case when added_up.campaign_type = 'utm' then added_up.campaign_id end
    ) as campaign_name,
    '{{ var("reporting_currency") }}' as reporting_currency,
    cast(
        case when added_up.campaign_type = 'ads' then revenue_amount else 0 end as decimal(20, 5)
    ) as ads_revenue_amount,
    cast(spend_amount + agency_fee_amount + creator_cost_amount as decimal(20, 5)) as marketing_cost_amount,
    cast(revenue_amount - refund_amount as decimal(20, 5)) as net_revenue_amount,
    cast(
        revenue_amount - refund_amount - spend_amount - agency_fee_amount - creator_cost_amount as decimal(20, 5)
    ) as profit_amount
from added_up
left join
    names
    on added_up.campaign_type = names.campaign_type
    and added_up.source is not distinct from names.source
    and added_up.account_id is not distinct from names.account_id
    and added_up.campaign_id = names.campaign_id
