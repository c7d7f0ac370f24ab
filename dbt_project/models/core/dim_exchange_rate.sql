-- Grain: one row per currency and day from its first rate on: the rate that holds on that day in the reporting
-- currency.
with
    rates as (
        select
            currency, rate_date, rate, lead(rate_date) over (partition by currency order by rate_date) as next_rate_date
        from {{ ref("exchange_rates") }}
        where reporting_currency = '{{ var("reporting_currency") }}' and currency <> reporting_currency
    ),

    dim_exchange_rate as (
        select
            rates.currency,
            dates.date_day as date_day,
            '{{ var("reporting_currency") }}' as reporting_currency,
            rates.rate,
            rates.rate_date
        from rates
        inner join
            {{ ref("dim_date") }} as dates
            on dates.date_day >= rates.rate_date
            and (rates.next_rate_date is null or dates.date_day < rates.next_rate_date)
    )

select *
from dim_exchange_rate
