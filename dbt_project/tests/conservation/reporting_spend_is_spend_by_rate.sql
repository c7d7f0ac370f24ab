-- Spend in the reporting currency is the spend of the core fact, each row by the newest rate that is not dated after
-- its day, looked up here row by row and not through the table of days.
with
    expected as (
        select
            ads.source,
            ads.account_id,
            ads.metric_date,
            sum(
                case
                    when accounts.currency = '{{ var("reporting_currency") }}'
                    then ads.spend_amount
                    else
                        round(
                            ads.spend_amount * (
                                select max_by(rates.rate, rates.rate_date)
                                from {{ ref("exchange_rates") }} as rates
                                where
                                    rates.currency = accounts.currency
                                    and rates.reporting_currency = '{{ var("reporting_currency") }}'
                                    and rates.rate_date <= ads.metric_date
                            ),
                            5
                        )
                end
            ) as total
        from {{ ref("fct_ad_daily") }} as ads
        inner join {{ ref("dim_account") }} as accounts using (source, account_id)
        group by ads.source, ads.account_id, ads.metric_date
    ),

    marts as (
        select source, account_id, metric_date, sum(reporting_spend_amount) as total
        from {{ ref("roi__ads_daily") }}
        group by source, account_id, metric_date
    )

select source, account_id, metric_date, expected.total as expected_total, marts.total as mart_total
from expected
full outer join marts using (source, account_id, metric_date)
where expected.total is distinct from marts.total
