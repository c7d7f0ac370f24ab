-- The scorecards of platforms hold the spend of all ads, every cost, every order and every follow, month by month;
-- those
-- of operators hold what the accounts that they ran on the day spent, ordered of creators and won.
{% set parts = [
    ("spend_amount", reporting_spend(), "metric_date", "reporting_spend_amount", true),
    ("creator_cost_amount", reporting_creator_notes(), "published_date", "reporting_cost_amount", true),
    ("net_follows", ref("fct_account_daily"), "metric_date", "net_follows", true),
    ("orders", ref("fct_order"), "order_date", "1", false),
    (
        "marketing_cost_amount",
        ref("fct_campaign_cost_daily"),
        "metric_date",
        "spend_amount + agency_fee_amount + creator_cost_amount",
        false,
    ),
] %}
with
    facts as (
        {% for measure, relation, day, amount, is_operators in parts %}
            select
                '{{ measure }}' as measure,
                source,
                account_id,
                {{ day }} as metric_date,
                cast(date_trunc('month', {{ day }}) as date) as month_start_date,
                cast({{ amount }} as decimal(20, 5)) as amount,
                {{ is_operators }} as is_operators
            from {{ relation }} as told
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    expected as (
        select 'platforms' as holder, measure, month_start_date, sum(amount) as total
        from facts
        group by measure, month_start_date
        union all
        select operators.operator, facts.measure, facts.month_start_date, sum(facts.amount)
        from facts
        inner join
            {{ ref("operators") }} as operators
            on facts.source = operators.source
            and (operators.account_id is null or operators.account_id = facts.account_id)
            and facts.metric_date >= operators.valid_from
            and facts.metric_date < coalesce(operators.valid_to, date '9999-12-31')
        where facts.is_operators
        group by operators.operator, facts.measure, facts.month_start_date
    ),

    found as (
        {% for measure, relation, day, amount, is_operators in parts %}
            select 'platforms' as holder, '{{ measure }}' as measure, month_start_date, sum({{ measure }}) as total
            from {{ ref("roi__platform_scorecard") }}
            group by month_start_date
            {% if is_operators %}
                union all
                select operator, '{{ measure }}', month_start_date, {{ measure }}
                from {{ ref("roi__operator_scorecard") }}
            {% endif %}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select holder, measure, month_start_date, expected.total as expected_total, found.total as found_total
from expected
full outer join found using (holder, measure, month_start_date)
where coalesce(expected.total, 0) <> coalesce(found.total, 0)
