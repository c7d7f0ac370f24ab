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

{# Spend of every ad and day in both currencies, as a relation. #}
{% macro reporting_spend() -%}
    (
        select
            ads.platform,
            ads.source,
            ads.account_id,
            ads.campaign_id,
            ads.ad_group_id,
            ads.ad_id,
            ads.metric_date,
            ads.spend_amount,
            {{ in_reporting_currency("ads.spend_amount", "accounts.currency", "ads.metric_date") }}
            as reporting_spend_amount,
            ads.impressions,
            ads.clicks,
            ads.conversions
        from {{ ref("fct_ad_daily") }} as ads
        inner join
            {{ ref("dim_account") }} as accounts using (source, account_id)
            {{ join_rates("accounts.currency", "ads.metric_date") }}
    )
{%- endmacro %}

{# Every order with its amounts in the reporting currency too, by the rate of its day, as a relation. #}
{% macro reporting_orders() -%}
    (
        select
            orders.*,
            {% for amount in ["order_amount", "refund_amount", "discount_amount"] %}
                {{ in_reporting_currency("orders." ~ amount, "orders.currency", "orders.order_date") }}
                as reporting_{{ amount }}
                {% if not loop.last %},{% endif %}
            {% endfor %}
        from {{ ref("fct_order") }} as orders {{ join_rates("orders.currency", "orders.order_date") }}
    )
{%- endmacro %}

{# What creators and the platform between got, by the account that ordered the content, on the day it appeared, as a relation. #}
{% macro reporting_creator_notes() -%}
    (
        select
            notes.*,
            {{ in_reporting_currency("notes.cost_amount", "notes.currency", "notes.published_date") }}
            as reporting_cost_amount
        from {{ ref("fct_creator_note") }} as notes {{ join_rates("notes.currency", "notes.published_date") }}
        where notes.published_date is not null
    )
{%- endmacro %}
