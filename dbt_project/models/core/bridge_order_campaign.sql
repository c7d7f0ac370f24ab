-- Grain: one row per order: the campaign that it is credited to, whole, and by what it was told.
-- In this order: what campaigns_map says of its utm_campaign, the ad in utm_content, the campaign in utm_campaign, a
-- utm_campaign of any other name, what campaigns_map says of its coupon. An id that two advertisers share tells
-- nothing.
with
    orders as (
        select
            orders.platform, orders.order_id, orders.utm_campaign, orders.utm_content, min(uses.coupon_batch) as batch
        from {{ ref("fct_order") }} as orders
        left join
            {{ ref("fct_coupon_use") }} as uses on orders.platform = uses.platform and orders.order_id = uses.order_id
        group by orders.platform, orders.order_id, orders.utm_campaign, orders.utm_content
    ),

    delivered as (
        select distinct source, account_id, coalesce(campaign_id, ad_group_id) as campaign_id, ad_id
        from {{ ref("fct_ad_daily") }}
    ),

    {% for name, key in [("ads", "ad_id"), ("campaigns", "campaign_id")] %}
        {{ name }} as (
            select
                {{ key }} as told_id,
                min(source) as source,
                min(account_id) as account_id,
                min(campaign_id) as campaign_id
            from delivered
            where {{ key }} is not null
            group by {{ key }}
            having
                min(source || ':' || account_id || ':' || coalesce(campaign_id, ''))
                = max(source || ':' || account_id || ':' || coalesce(campaign_id, ''))
        ),
    {% endfor %}

    map_utm as ({{ mapped_campaigns("utm_campaign", "orders", "utm_campaign") }}),

    map_coupon as ({{ mapped_campaigns("coupon_batch", "orders", "batch") }}),

    told as (
        select
            orders.platform,
            orders.order_id,
            orders.utm_campaign,
            case
                when map_utm.told is not null
                then 'map_utm'
                when ads.told_id is not null
                then 'ad'
                when campaigns.told_id is not null
                then 'campaign'
                when orders.utm_campaign is not null
                then 'utm'
                when map_coupon.told is not null
                then 'map_coupon'
                else 'none'
            end as credited_by,
            {% for column in ["source", "account_id", "campaign_id"] %}
                map_utm.{{ column }} as utm_{{ column }},
                ads.{{ column }} as ad_{{ column }},
                campaigns.{{ column }} as campaign_{{ column }},
                map_coupon.{{ column }} as coupon_{{ column }}
                {% if not loop.last %},{% endif %}
            {% endfor %}
        from orders
        left join map_utm on orders.utm_campaign = map_utm.told
        left join ads on orders.utm_content = ads.told_id
        left join campaigns on orders.utm_campaign = campaigns.told_id
        left join map_coupon on orders.batch = map_coupon.told
    ),

    named as (
        select
            platform,
            order_id,
            credited_by,
            {% for column in ["source", "account_id", "campaign_id"] %}
                case
                    credited_by
                    when 'map_utm'
                    then utm_{{ column }}
                    when 'ad'
                    then ad_{{ column }}
                    when 'campaign'
                    then campaign_{{ column }}
                    when 'map_coupon'
                    then coupon_{{ column }}
                    {% if column == "campaign_id" %} when 'utm' then utm_campaign {% endif %}
                end as {{ column }}
                {% if not loop.last %},{% endif %}
            {% endfor %}
        from told
    ),

    bridge_order_campaign as (
        select
            platform,
            order_id,
            {{ campaign_type("source", "credited_by = 'none'", "credited_by = 'utm'") }} as campaign_type,
            source as campaign_source,
            account_id as campaign_account_id,
            campaign_id,
            credited_by
        from named
    )

select *
from bridge_order_campaign
