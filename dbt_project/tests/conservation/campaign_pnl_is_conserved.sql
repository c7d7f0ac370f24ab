-- The P&L of campaigns holds all spend by platform and day, all cost of creators, and every order once, with its money,
-- also those that no campaign claims.
with
    expected as (
        select 'spend' as measure, platform, metric_date, sum(reporting_spend_amount) as total
        from {{ reporting_spend() }} as ads
        group by platform, metric_date
        union all
        select 'orders', 'all', order_date, count(*)
        from {{ ref("fct_order") }}
        group by order_date
        union all
        select 'revenue', 'all', order_date, sum(reporting_order_amount)
        from {{ reporting_orders() }} as orders
        group by order_date
        union all
        select 'refunds', 'all', order_date, sum(reporting_refund_amount)
        from {{ reporting_orders() }} as orders
        group by order_date
        union all
        select 'creators', platform, published_date, sum(cost_amount)
        from {{ ref("fct_creator_note") }}
        where published_date is not null and currency = '{{ var("reporting_currency") }}'
        group by platform, published_date
    ),

    found as (
        {% for measure, column, platform in [
            ("spend", "spend_amount", "platform"),
            ("orders", "orders", "'all'"),
            ("revenue", "revenue_amount", "'all'"),
            ("refunds", "refund_amount", "'all'"),
            ("creators", "creator_cost_amount", "platform"),
        ] %}
            select '{{ measure }}' as measure, {{ platform }} as platform, metric_date, sum({{ column }}) as total
            from {{ ref("roi__campaign_pnl") }}
            group by {{ platform }}, metric_date
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select measure, platform, metric_date, expected.total as expected_total, found.total as found_total
from expected
full outer join found using (measure, platform, metric_date)
where coalesce(expected.total, 0) <> coalesce(found.total, 0)
