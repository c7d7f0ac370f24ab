{#
Money in the reporting currency. The rule, once for all models: an amount is changed where it is finest (an ad's day, an order, a refund)
by the rate of its day and rounded half up to five places; what is coarser adds these up. A day without a rate stops the build.
#}
{% macro in_reporting_currency(amount, currency="currency", day="metric_date", rates="rates") -%}
    cast(
        case
            when {{ amount }} is null
            then null
            when {{ currency }} = '{{ var("reporting_currency") }}'
            then {{ amount }}
            when {{ rates }}.rate is null
            then
                {{
                    fail_with(
                        "'no exchange rate of '||coalesce("
                        ~ currency
                        ~ ", 'no currency')||' in "
                        ~ var("reporting_currency")
                        ~ " on '||cast("
                        ~ day
                        ~ " as varchar)||': add one to the seed exchange_rates (data/drop/_seeds/exchange_rates.csv replaces it)'",
                        "decimal(20, 5)",
                    )
                }}
            else round({{ amount }} * {{ rates }}.rate, 5)
        end as decimal(20, 5)
    )
{%- endmacro %}

{# The join that in_reporting_currency needs. #}
{% macro join_rates(currency="currency", day="metric_date", rates="rates") -%}
    left join
        {{ ref("dim_exchange_rate") }} as {{ rates }}
        on {{ currency }} = {{ rates }}.currency
        and {{ day }} = {{ rates }}.date_day
{%- endmacro %}
