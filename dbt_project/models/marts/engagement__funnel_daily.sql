-- Grain: one row per day, platform that people came from, and campaign (null: no campaign): impression to order.
-- Every step stands on its own day and is counted where it is known best: impressions and clicks by the platform,
-- visits, leads and orders by the site, which says in its links where people came from.
{% set steps = ["impressions", "clicks", "visits", "sign_ups", "leads", "orders"] %}
with
    origins as (select * from {{ ref("traffic_origins") }}),

    campaigns as (
        select platform, campaign_id, max(campaign_name) as campaign_name
        from {{ ref("dim_campaign") }}
        where is_current
        group by platform, campaign_id
    ),

    told as (
        select platform, metric_date, campaign_id, 'impressions' as step, impressions as times
        from {{ ref("fct_ad_daily") }}
        union all
        select platform, metric_date, campaign_id, 'clicks', clicks
        from {{ ref("fct_ad_daily") }}
        union all
        select origin_platform, metric_date, utm_campaign, 'visits', visits
        from {{ ref("fct_visit_daily") }}
        union all
        select origin_platform, metric_date, utm_campaign, 'sign_ups', sign_ups
        from {{ ref("fct_visit_daily") }}
        {% for step, model, day in [("leads", "fct_lead", "lead_date"), ("orders", "fct_order", "order_date")] %}
            union all
            select
                case
                    when told.channel <> 'web'
                    then told.channel
                    else coalesce(origins.platform, told.utm_source, 'direct')
                end,
                told.{{ day }},
                told.utm_campaign,
                '{{ step }}',
                1
            from {{ ref(model) }} as told
            left join origins using (utm_source)
        {% endfor %}
    ),

    funnel_daily as (
        select
            told.platform,
            told.metric_date,
            told.campaign_id,
            coalesce(campaigns.campaign_name, told.campaign_id) as campaign_name,
            {% for step in steps -%}
                cast(sum(case when told.step = '{{ step }}' then told.times end) as bigint) as {{ step }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from told
        left join campaigns on told.platform = campaigns.platform and told.campaign_id = campaigns.campaign_id
        where told.times > 0 and told.metric_date is not null
        group by told.platform, told.metric_date, told.campaign_id, campaigns.campaign_name
    )

select *
from funnel_daily
