-- The dense spend of an account is the spend of its ads, in both currencies, and the month to date is the sum of its
-- days.
{% set amounts = ["spend_amount", "reporting_spend_amount"] %}
with
    ads as (
        select
            source,
            account_id,
            metric_date,
            {% for amount in amounts %}
                sum({{ amount }}) as {{ amount }} {% if not loop.last %},{% endif %}
            {% endfor %}
        from {{ ref("roi__ads_daily") }}
        group by source, account_id, metric_date
    ),

    days as (
        select
            *,
            {% for amount in amounts %}
                sum(coalesce({{ amount }}, 0)) over (
                    partition by source, account_id, extract(year from metric_date), extract(month from metric_date)
                    order by metric_date
                ) as {{ amount }}_to_date
                {% if not loop.last %},{% endif %}
            {% endfor %}
        from {{ ref("roi__spend_daily") }}
    )

select source, account_id, metric_date
from ads
full outer join days using (source, account_id, metric_date)
where
    coalesce(ads.spend_amount, 0) <> coalesce(days.spend_amount, 0)
    or coalesce(ads.reporting_spend_amount, 0) <> coalesce(days.reporting_spend_amount, 0)
    or days.spend_month_to_date_amount is distinct from days.spend_amount_to_date
    or days.reporting_spend_month_to_date_amount is distinct from days.reporting_spend_amount_to_date
