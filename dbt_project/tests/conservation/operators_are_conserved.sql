-- The scorecards of operators hold what the accounts that they ran on the day spent, ordered of creators and won.
{% set parts = [] %}
{% for measure, relation, amount, day in [
    ("spend_amount", reporting_spend(), "reporting_spend_amount", "metric_date"),
    ("creator_cost_amount", reporting_creator_notes(), "reporting_cost_amount", "published_date"),
    ("net_follows", ref("fct_account_daily"), "net_follows", "metric_date"),
] %}
    {% set run %}
        (
            select operators.operator, told.{{ day }}, told.{{ amount }}
            from {{ relation }} as told
            inner join
                {{ ref("operators") }} as operators
                on told.source = operators.source
                and (operators.account_id is null or operators.account_id = told.account_id)
                and told.{{ day }} >= operators.valid_from
                and told.{{ day }} < coalesce(operators.valid_to, date '9999-12-31')
        )
    {% endset %}
    {% set month = "cast(date_trunc('month', " ~ day ~ ") as date)" %}
    {% do parts.append((measure, run, amount, {"operator": "operator", "month_start_date": month})) %}
{% endfor %}
{{ conserved_sums(ref("roi__operator_scorecard"), parts) }}
