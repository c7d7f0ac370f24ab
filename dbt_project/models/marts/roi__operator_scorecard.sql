-- Grain: one row per operator and month: what the accounts brought that they ran on the day.
-- An account of two operators counts for both. Creators cost whoever runs the account that ordered their content.
with
    results as ({{ account_results() }}),

    operators as (select * from {{ ref("operators") }}),

    operator_scorecard as (
        select
            operators.operator,
            operators.team,
            cast(date_trunc('month', results.metric_date) as date) as month_start_date,
            cast(count(distinct results.source || ':' || results.account_id) as bigint) as accounts,
            max(results.metric_date) as last_date,
            '{{ var("reporting_currency") }}' as reporting_currency,
            {{ scorecard_sums() }}
        from results
        inner join
            operators
            on results.source = operators.source
            and coalesce(operators.account_id, results.account_id) = results.account_id
            and results.metric_date >= operators.valid_from
            and (results.metric_date < operators.valid_to or operators.valid_to is null)
        group by operators.operator, operators.team, cast(date_trunc('month', results.metric_date) as date)
    )

select *
from operator_scorecard
