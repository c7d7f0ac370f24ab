-- Grain: one row per advertising account and day, days without delivery included.
-- Spend is zero where the platform answered without rows and null where no answer covers the day.
with
    coverage as (
        select distinct source, account_id, metric_date from {{ ref("fct_coverage_daily") }} where is_spend_source
    ),

    accounts as (select * from {{ ref("dim_account") }}),

    spend as (
        select
            source,
            account_id,
            metric_date,
            sum(spend_amount) as spend_amount,
            sum(reporting_spend_amount) as reporting_spend_amount
        from {{ reporting_spend() }} as ads
        group by source, account_id, metric_date
    ),

    spans as (
        select source, account_id, min(metric_date) as first_date, max(metric_date) as last_date
        from coverage
        group by source, account_id
    ),

    dense as (
        select
            accounts.platform,
            spans.source,
            spans.account_id,
            accounts.account_name,
            dates.date_day as metric_date,
            accounts.currency,
            coverage.metric_date is not null as is_covered,
            cast(
                case when coverage.metric_date is not null then coalesce(spend.spend_amount, 0) end as decimal(20, 5)
            ) as spend_amount,
            '{{ var("reporting_currency") }}' as reporting_currency,
            cast(
                case
                    when coverage.metric_date is not null then coalesce(spend.reporting_spend_amount, 0)
                end as decimal(20, 5)
            ) as reporting_spend_amount
        from spans
        inner join {{ ref("dim_date") }} as dates on dates.date_day between spans.first_date and spans.last_date
        inner join accounts using (source, account_id)
        left join
            coverage
            on spans.source = coverage.source
            and spans.account_id = coverage.account_id
            and dates.date_day = coverage.metric_date
        left join
            spend
            on spans.source = spend.source
            and spans.account_id = spend.account_id
            and dates.date_day = spend.metric_date
    ),

    spend_daily as (
        select
            *,
            {% for amount in ["spend", "reporting_spend"] %}
                cast(
                    coalesce(
                        sum({{ amount }}_amount) over (
                            partition by source, account_id, date_trunc('month', metric_date) order by metric_date
                        ),
                        0
                    ) as decimal(20, 5)
                ) as {{ amount }}_month_to_date_amount
                {% if not loop.last %},{% endif %}
            {% endfor %}
        from dense
    )

select *
from spend_daily
