{# What a scorecard adds up: the measures, and the parts that they come from as (relation, day, measures). #}
{% macro scorecard_measures() -%}
    {{
        return(
            {
                "contents_published": "bigint",
                "views": "bigint",
                "engagements": "bigint",
                "new_follows": "bigint",
                "net_follows": "bigint",
                "impressions": "bigint",
                "clicks": "bigint",
                "orders": "bigint",
                "new_customers": "bigint",
                "spend_amount": "decimal(20, 5)",
                "creator_cost_amount": "decimal(20, 5)",
                "marketing_cost_amount": "decimal(20, 5)",
                "revenue_amount": "decimal(20, 5)",
                "net_revenue_amount": "decimal(20, 5)",
            }
        )
    }}
{%- endmacro %}

{#
Every measure of every account and day as one relation: null where the part does not have it. Money in the reporting currency. Creators cost
the account that ordered their content, whatever campaign the order is part of.
#}
{% macro account_results() -%}
    {%- set acts = ["likes", "recommends", "comments", "shares", "saves"] -%}
    {%- set each = [] -%}
    {%- for act in acts -%} {%- do each.append("coalesce(" ~ act ~ ", 0)") -%} {%- endfor -%}
    {%- set engagements = (
        "case when coalesce(" ~ acts | join(", ") ~ ") is not null then " ~ each | join(" + ") ~ " end"
    ) -%}
    {%- set parts = [
        (ref("dim_content"), "published_date", {"contents_published": "1"}),
        (
            ref("fct_content_daily"),
            "metric_date",
            {"views": "views", "engagements": engagements},
        ),
        (
            ref("fct_account_daily"),
            "metric_date",
            {"new_follows": "new_follows", "net_follows": "net_follows"},
        ),
        (
            ref("fct_campaign_cost_daily"),
            "metric_date",
            {
                "impressions": "impressions",
                "clicks": "clicks",
                "spend_amount": "spend_amount",
                "marketing_cost_amount": "spend_amount + agency_fee_amount",
            },
        ),
        (
            reporting_creator_notes(),
            "published_date",
            {
                "creator_cost_amount": "reporting_cost_amount",
                "marketing_cost_amount": "reporting_cost_amount",
            },
        ),
        (
            credited_orders(),
            "order_date",
            {
                "orders": "1",
                "new_customers": "is_new_customer",
                "revenue_amount": "reporting_order_amount",
                "net_revenue_amount": "reporting_order_amount - reporting_refund_amount",
            },
        ),
    ] -%}
    {%- for relation, day, has in parts %}
        select
            platform,
            source,
            account_id,
            {{ day }} as metric_date,
            {% for name, type in scorecard_measures().items() %}
                cast({{ has[name] if name in has else "null" }} as {{ type }}) as {{ name }}
                {% if not loop.last %},{% endif %}
            {% endfor %}
        from {{ relation }} as told
        where {{ day }} is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}
{%- endmacro %}

{# Orders by the campaign that they are credited to: its platform, source and account. #}
{% macro credited_orders() -%}
    (
        select
            coalesce(sources.platform, orders.platform) as platform,
            coalesce(credits.campaign_source, orders.source) as source,
            coalesce(credits.campaign_account_id, orders.account_id) as account_id,
            orders.order_date,
            case when persons.order_number = 1 then 1 else 0 end as is_new_customer,
            orders.reporting_order_amount,
            orders.reporting_refund_amount
        from {{ reporting_orders() }} as orders
        inner join {{ ref("bridge_order_campaign") }} as credits using (platform, order_id)
        left join {{ ref("bridge_person_order") }} as persons using (platform, order_id)
        left join {{ ref("sources") }} as sources on credits.campaign_source = sources.source
    )
{%- endmacro %}

{# The measures added up, each as a column of its type. #}
{% macro scorecard_sums() -%}
    {%- for name, type in scorecard_measures().items() %}
        cast(sum({{ name }}) as {{ type }}) as {{ name }}{% if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}
