-- The scorecards of platforms hold the spend of all ads, every order and every follow, month by month.
with
    expected as (
        select
            'spend' as measure,
            cast(date_trunc('month', metric_date) as date) as month_start_date,
            sum(reporting_spend_amount) as total
        from {{ reporting_spend() }} as ads
        group by all
        union all
        select 'orders', cast(date_trunc('month', order_date) as date), count(*)
        from {{ ref("fct_order") }}
        group by all
        union all
        select 'net_follows', cast(date_trunc('month', metric_date) as date), sum(net_follows)
        from {{ ref("fct_account_daily") }}
        group by all
    ),

    found as (
        {% for measure, column in [("spend", "spend_amount"), ("orders", "orders"), ("net_follows", "net_follows")] %}
            select '{{ measure }}' as measure, month_start_date, sum({{ column }}) as total
            from {{ ref("roi__platform_scorecard") }}
            group by month_start_date
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select measure, month_start_date, expected.total as expected_total, found.total as found_total
from expected
full outer join found using (measure, month_start_date)
where coalesce(expected.total, 0) <> coalesce(found.total, 0)
