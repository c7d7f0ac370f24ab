-- Grain: one row per marketing activity that has begun and whose days are covered, some of them at least.
-- A member is one person, somebody who did not sign in is one per browser. Participants' orders are those that members
-- paid from their first participation to the activity's last day: what went together, not what came of it.
{% set actions = [
    ("joins", "join"),
    ("check_ins", "check_in"),
    ("submissions", "submit"),
    ("shares", "share"),
    ("wins", "win"),
    ("redemptions", "redeem"),
] %}

with
    covered as (
        select min(metric_date) as first_date, max(metric_date) as last_date
        from {{ ref("fct_coverage_daily") }}
        where resource = 'activity'
    ),

    activities as (
        select dim.*, coalesce(dim.start_date, dim.first_participation_date) as metric_date
        from {{ ref("dim_activity") }} as dim
        cross join covered
        where
            dim.first_participation_date is not null
            or (dim.start_date <= covered.last_date and dim.end_date >= covered.first_date)
    ),

    participations as (
        select *, {{ acting_identity("told", ["user", "visitor"]) }} as identity_id
        from {{ ref("fct_activity_participation") }} as told
    ),

    counted as (
        select
            activity_id,
            {% for name, action in actions %}
                count(case when action = '{{ action }}' then 1 end) as {{ name }},
            {% endfor %}
            count(*) as participations,
            count(distinct identity_id) as participants
        from participations
        group by activity_id
    ),

    members as (
        select activity_id, platform, user_identity_id, min(participated_at) as first_participated_at
        from participations
        where user_identity_id is not null
        group by activity_id, platform, user_identity_id
    ),

    bought as (
        select
            members.activity_id,
            count(*) as participant_orders,
            sum(orders.reporting_order_amount) as participant_order_amount
        from members
        inner join activities using (activity_id)
        inner join
            {{ reporting_orders() }} as orders
            on members.platform = orders.platform
            and members.user_identity_id = orders.user_identity_id
            and orders.ordered_at >= members.first_participated_at
            and orders.order_date <= activities.end_date
        group by members.activity_id
    ),

    judged as (
        select
            activities.*,
            {% for name, action in actions %} coalesce(counted.{{ name }}, 0) as {{ name }}, {% endfor %}
            coalesce(counted.participations, 0) as participations,
            case
                when counted.participants >= {{ var("audience_minimum") }} then counted.participants
            end as participants,
            coalesce(bought.participant_orders, 0) as participant_orders,
            coalesce(bought.participant_order_amount, 0) as participant_order_amount
        from activities
        left join counted using (activity_id)
        left join bought using (activity_id)
    ),

    activity_results as (
        select
            judged.activity_id,
            coalesce(judged.activity_name, judged.activity_id) as activity_name,
            judged.activity_kind,
            judged.is_listed,
            judged.metric_date,
            judged.start_date,
            judged.end_date,
            judged.campaign_id,
            {% for name, action in actions %} judged.{{ name }}, {% endfor %}
            judged.participations,
            judged.participants,
            judged.participants is null as is_suppressed,
            judged.cost_amount,
            judged.currency,
            '{{ var("reporting_currency") }}' as reporting_currency,
            {{ in_reporting_currency("judged.cost_amount", "judged.currency", "judged.start_date") }}
            as reporting_cost_amount,
            case
                when judged.participants is not null and judged.is_listed then judged.participant_orders
            end as participant_orders,
            cast(
                case
                    when judged.participants is not null and judged.is_listed then judged.participant_order_amount
                end as decimal(20, 5)
            ) as participant_order_amount
        from judged {{ join_rates("judged.currency", "judged.start_date") }}
    )

select *, {{ share_of("reporting_cost_amount", "participants", "decimal(20, 5)") }} as cost_per_participant_amount
from activity_results
