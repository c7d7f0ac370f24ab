{# Days on which profiles are taken: the newest covered one and the ends of the months before it. #}
{% macro profile_days() -%}
    select dates.date_day as as_of_date, dates.date_day = newest.metric_date as is_newest
    from {{ ref("dim_date") }} as dates
    cross join (select max(metric_date) as metric_date from {{ ref("fct_coverage_daily") }}) as newest
    where
        dates.date_day = newest.metric_date
        or (
            dates.date_day < newest.metric_date
            and dates.date_day >= {{ add_days("newest.metric_date", -365) }}
            and {{ add_days("dates.date_day", 1) }} = {{ add_days("dates.month_start_date", 0) }} + interval 1 month
        )
{%- endmacro %}

{# The sum of a column over the last days up to and with as_of_date. #}
{% macro sum_of_last(column, days, type="bigint", day="activity_date", as_of="as_of_date") -%}
    cast(coalesce(sum(case when {{ day }} > {{ add_days(as_of, -days) }} then {{ column }} end), 0) as {{ type }})
{%- endmacro %}

{# Numbers of a person that rules of segments may use. #}
{% macro rule_features() -%}
    {{
        return(
            [
                "days_since_active",
                "days_since_order",
                "visits_30d",
                "leads_90d",
                "orders_365d",
                "revenue_365d",
            ]
        )
    }}
{%- endmacro %}

{# The column of a person that a row of a seed names, as a number. #}
{% macro feature_named(name, features) -%}
    case
        {{ name }}
        {%- for feature in features %} when '{{ feature }}' then cast({{ feature }} as decimal(20, 5)) {%- endfor %}
    end
{%- endmacro %}

{# A ratio as a decimal, null over nothing. #}
{% macro share_of(part, whole, type="decimal(9, 5)") -%}
    cast(cast({{ part }} as decimal(20, 5)) / nullif({{ whole }}, 0) as {{ type }})
{%- endmacro %}

{# Columns of a profile that are features; the seed profile_features says what each is. #}
{% macro profile_features() -%}
    {%- set names -%}
        first_seen_date tenure_days identities browsers memberships phones emails merges signed_up_date
        sign_up_method sign_up_source sign_up_medium sign_up_campaign favourite_product
        favourite_product_items products_bought last_lead_product last_lead_stage items_bought
        first_order_date last_order_date days_since_order orders_30d orders_90d orders_365d orders_total
        revenue_30d revenue_90d revenue_365d revenue_total order_amount_365d average_order_amount_365d
        discount_amount_365d discount_rate_365d coupon_orders_365d store_orders_365d refunds_365d
        refund_amount_365d refund_rate_365d points_balance points_earned_365d
        loyalty_level communities community_acts_90d leads_90d leads_365d paid_visits_90d social_visits_90d
        search_visits_90d direct_visits_90d last_active_date days_since_active visits_7d visits_30d visits_90d
        page_views_30d page_views_90d sessions_30d sessions_90d active_days_30d active_days_90d
        weekend_visits_90d weekend_visit_rate_90d night_visits_90d morning_visits_90d afternoon_visits_90d
        evening_visits_90d main_daypart mobile_visits_90d desktop_visits_90d mini_program_visits_90d
        main_device recency_score frequency_score monetary_score segment segment_rule segment_reason_en
        segment_reason_zh segment_evidence
    {%- endset -%}
    {{ return(names.split()) }}
{%- endmacro %}
