{# The metrics that a target may be set for, by day and account, long: the parts that roi__kpi_pacing adds up. #}
{% macro kpi_values() -%}
    {%- set parts = [
        ("spend", "reporting_spend_amount", "metric_date", reporting_spend()),
        ("impressions", "impressions", "metric_date", ref("fct_ad_daily")),
        ("clicks", "clicks", "metric_date", ref("fct_ad_daily")),
        ("conversions", "conversions", "metric_date", ref("fct_ad_daily")),
        ("revenue", "reporting_order_amount", "order_date", reporting_orders()),
        ("orders", "1", "order_date", ref("fct_order")),
        (
            "new_customers",
            "case when order_number = 1 then 1 else 0 end",
            "order_date",
            orders_of_persons(),
        ),
        ("leads", "1", "lead_date", ref("fct_lead")),
        ("new_follows", "new_follows", "metric_date", ref("fct_account_daily")),
        ("net_follows", "net_follows", "metric_date", ref("fct_account_daily")),
        ("contents_published", "1", "published_date", ref("dim_content")),
    ] -%}
    {%- for metric, value, day, relation in parts %}
        select
            '{{ metric }}' as metric,
            platform,
            source,
            account_id,
            {{ day }} as metric_date,
            cast(sum({{ value }}) as decimal(20, 5)) as value
        from {{ relation }} as measured
        group by platform, source, account_id, {{ day }}
        having sum({{ value }}) is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
{%- endmacro %}

{# Orders with their place among those of their person, as a relation. #}
{% macro orders_of_persons() -%}
    (
        select orders.platform, orders.source, orders.account_id, orders.order_date, persons.order_number
        from {{ ref("fct_order") }} as orders
        inner join {{ ref("bridge_person_order") }} as persons using (platform, order_id)
    )
{%- endmacro %}

{# How a target stands. The tolerance (the var kpi_tolerance) holds while the month runs; once it is over, the target itself decides. #}
{% macro kpi_status() -%}
    case
        when target is null
        then 'no_target'
        when days_over = 0
        then 'not_started'
        when actual is null
        then 'no_data'
        when goal = 'at_most'
        then
            case
                when actual > target
                then 'missed'
                when days_over = days_in_month
                then 'reached'
                when actual > expected * (1 + {{ var("kpi_tolerance") }})
                then 'over'
                else 'on_track'
            end
        when actual >= target
        then 'reached'
        when days_over = days_in_month
        then 'missed'
        when actual < expected * (1 - {{ var("kpi_tolerance") }})
        then 'behind'
        else 'on_track'
    end
{%- endmacro %}
