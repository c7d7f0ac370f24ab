-- Grain: one row per campaign and day on which it cost something: ads, the agency's share of them, and what creators
-- got on the day their content appeared. All in the reporting currency.
{% set keys = ["campaign_type", "platform", "source", "account_id", "campaign_id", "metric_date"] %}
{% set amounts = ["spend_amount", "agency_fee_amount", "creator_cost_amount"] %}
with
    spend as (
        select
            'ads' as campaign_type,
            platform,
            source,
            account_id,
            coalesce(campaign_id, ad_group_id) as campaign_id,
            metric_date,
            sum(reporting_spend_amount) as spend_amount,
            sum(impressions) as impressions,
            sum(clicks) as clicks
        from {{ reporting_spend() }} as ads
        group by platform, source, account_id, coalesce(campaign_id, ad_group_id), metric_date
    ),

    fees as (
        select
            spend.campaign_type,
            spend.platform,
            spend.source,
            spend.account_id,
            spend.campaign_id,
            spend.metric_date,
            round(spend.spend_amount * coalesce(own.fee_rate, common.fee_rate, 0), 5) as agency_fee_amount
        from spend
        {% for name, whose in [
                ("own", "spend.account_id = own.account_id"),
                ("common", "common.account_id is null"),
            ] %}
            left join
                {{ ref("agency_fees") }} as {{ name }}
                on spend.source = {{ name }}.source
                and {{ whose }}
                and spend.metric_date >= {{ name }}.valid_from
                and (spend.metric_date < {{ name }}.valid_to or {{ name }}.valid_to is null)
        {% endfor %}
    ),

    creator_orders as (select * from {{ reporting_creator_notes() }} as notes),

    map_creators as ({{ mapped_campaigns("creator_order", "creator_orders", "order_title") }}),

    creators as (
        select
            case when map_creators.source is not null then 'ads' else 'own' end as campaign_type,
            creator_orders.platform,
            map_creators.source,
            map_creators.account_id,
            coalesce(map_creators.campaign_id, 'creators') as campaign_id,
            creator_orders.published_date as metric_date,
            creator_orders.reporting_cost_amount as creator_cost_amount
        from creator_orders
        left join map_creators on creator_orders.order_title = map_creators.told
    ),

    entries as (
        {% for part, has in [
            ("spend", "spend_amount"),
            ("fees", "agency_fee_amount"),
            ("creators", "creator_cost_amount"),
        ] %}
            select
                {{ keys | join(", ") }},
                {% for name in amounts %} {{ name if name == has else "0" }} as {{ name }}, {% endfor %}
                {{ "impressions, clicks" if part == "spend" else "null as impressions, null as clicks" }}
            from {{ part }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    fct_campaign_cost_daily as (
        select
            {{ keys | join(", ") }},
            '{{ var("reporting_currency") }}' as reporting_currency,
            {% for name in amounts %} cast(sum({{ name }}) as decimal(20, 5)) as {{ name }}, {% endfor %}
            cast(sum(impressions) as bigint) as impressions,
            cast(sum(clicks) as bigint) as clicks
        from entries
        group by {{ keys | join(", ") }}
    )

select *
from fct_campaign_cost_daily
