-- Grain: one row per person who allows a profile, as of the newest covered day. What each column is: the seed
-- profile_features.
{% set summed %}
    visits_7d visits_30d visits_90d page_views_30d page_views_90d sessions_30d sessions_90d active_days_30d
    active_days_90d weekend_visits_90d paid_visits_90d social_visits_90d search_visits_90d direct_visits_90d
    mobile_visits_90d desktop_visits_90d mini_program_visits_90d night_visits_90d morning_visits_90d
    afternoon_visits_90d evening_visits_90d leads_90d leads_365d orders_30d orders_90d orders_365d orders_total
    store_orders_365d coupon_orders_365d refunds_365d order_amount_365d discount_amount_365d refund_amount_365d
{% endset %}

with
    activity as (select * from {{ ref("inf_person_activity") }}),

    segments as (select * from {{ ref("inf_person_segment") }} where is_newest),

    measured as (
        select
            *,
            cast(as_of_date - last_active_date as bigint) as days_since_active,
            cast(as_of_date - last_order_date as bigint) as days_since_order,
            order_amount_30d - refund_amount_30d as revenue_30d,
            order_amount_90d - refund_amount_90d as revenue_90d,
            order_amount_365d - refund_amount_365d as revenue_365d,
            order_amount_total - refund_amount_total as revenue_total,
            greatest(night_visits_90d, morning_visits_90d, afternoon_visits_90d, evening_visits_90d) as most_by_daypart,
            greatest(mobile_visits_90d, desktop_visits_90d, mini_program_visits_90d) as most_by_device
        from activity
    ),

    inf_person_profile as (
        select
            measured.person_id,
            measured.as_of_date,
            cast(dim.first_seen_at as date) as first_seen_date,
            cast(measured.as_of_date - cast(dim.first_seen_at as date) as bigint) as tenure_days,
            dim.identities,
            dim.browsers,
            dim.memberships,
            dim.phones,
            dim.emails,
            dim.merges,
            origin.signed_up_date,
            origin.sign_up_method,
            origin.sign_up_source,
            origin.sign_up_medium,
            origin.sign_up_campaign,
            interest.favourite_product,
            interest.favourite_product_items,
            interest.products_bought,
            interest.items_bought,
            interest.last_lead_product,
            interest.last_lead_stage,
            measured.first_order_date,
            measured.last_order_date,
            measured.days_since_order,
            measured.last_active_date,
            measured.days_since_active,
            {% for name in summed.split() %} measured.{{ name }}, {% endfor %}
            cast(measured.revenue_30d as decimal(20, 5)) as revenue_30d,
            cast(measured.revenue_90d as decimal(20, 5)) as revenue_90d,
            cast(measured.revenue_365d as decimal(20, 5)) as revenue_365d,
            cast(measured.revenue_total as decimal(20, 5)) as revenue_total,
            {{ share_of("measured.order_amount_365d", "measured.orders_365d", "decimal(20, 5)") }}
            as average_order_amount_365d,
            {{
                share_of(
                    "measured.discount_amount_365d", "(measured.order_amount_365d + measured.discount_amount_365d)"
                )
            }} as discount_rate_365d,
            {{ share_of("measured.refund_amount_365d", "measured.order_amount_365d") }} as refund_rate_365d,
            points.points_balance,
            points.points_earned_365d,
            points.loyalty_level,
            community.communities,
            community.community_acts_90d,
            {{ share_of("measured.weekend_visits_90d", "measured.visits_90d") }} as weekend_visit_rate_90d,
            case
                when measured.most_by_daypart = 0
                then null
                when measured.evening_visits_90d = measured.most_by_daypart
                then 'evening'
                when measured.afternoon_visits_90d = measured.most_by_daypart
                then 'afternoon'
                when measured.morning_visits_90d = measured.most_by_daypart
                then 'morning'
                else 'night'
            end as main_daypart,
            case
                when measured.most_by_device = 0
                then null
                when measured.mobile_visits_90d = measured.most_by_device
                then 'mobile'
                when measured.desktop_visits_90d = measured.most_by_device
                then 'desktop'
                else 'mini_program'
            end as main_device,
            recency.score as recency_score,
            frequency.score as frequency_score,
            monetary.score as monetary_score,
            segments.segment,
            segments.segment_rule,
            segments.segment_reason_en,
            segments.segment_reason_zh,
            segments.segment_evidence
        from measured
        inner join {{ ref("dim_person") }} as dim using (person_id)
        inner join segments using (person_id)
        left join {{ ref("inf_person_origin") }} as origin using (person_id)
        left join {{ ref("inf_person_interest") }} as interest using (person_id)
        left join {{ ref("inf_person_points") }} as points using (person_id)
        left join {{ ref("inf_person_community") }} as community using (person_id)
        {% for measure, value in [
                ("recency", "case when measured.orders_365d > 0 then measured.days_since_order end"),
                ("frequency", "nullif(measured.orders_365d, 0)"),
                ("monetary", "case when measured.orders_365d > 0 then measured.revenue_365d end"),
            ] %}
            left join
                {{ ref("rfm_bands") }} as {{ measure }}
                on {{ measure }}.measure = '{{ measure }}'
                and {{ value }} >= coalesce({{ measure }}.min_value, {{ value }})
                and {{ value }} <= coalesce({{ measure }}.max_value, {{ value }})
        {% endfor %}
    )

select *
from inf_person_profile
