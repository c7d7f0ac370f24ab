-- Grain: one row per account, community and day, from the first event on, days without events included.
-- On a day that nothing covers members are carried forward and the rest is unknown. Active are members who posted,
-- replied or reacted.
{% set counters = ["events", "members_joined", "members_left", "posts", "replies", "reactions"] %}

with
    accounts as (select source, account_id, account_name from {{ ref("dim_account") }}),

    events as (select * from {{ ref("fct_community_event") }}),

    covered as (
        select source, account_id, metric_date from {{ ref("fct_coverage_daily") }} where resource = 'community'
    ),

    counted as (
        select
            source,
            account_id,
            community_id,
            happened_date as metric_date,
            count(*) as events,
            count(case when member_change = 1 then 1 end) as members_joined,
            count(case when member_change = -1 then 1 end) as members_left,
            count(case when action = 'post' then 1 end) as posts,
            count(case when action = 'reply' then 1 end) as replies,
            count(case when action = 'react' then 1 end) as reactions,
            count(distinct case when action in ('post', 'reply', 'react') then user_identity_id end) as active_members
        from events
        group by source, account_id, community_id, happened_date
    ),

    last_days as (
        select source, account_id, max(metric_date) as last_date
        from
            (
                select source, account_id, metric_date
                from covered
                union all
                select source, account_id, metric_date
                from counted
            ) as known
        group by source, account_id
    ),

    spans as (
        select platform, source, account_id, community_id, min(happened_date) as first_date
        from events
        group by platform, source, account_id, community_id
    ),

    days as (
        select spans.*, dates.date_day as metric_date
        from spans
        inner join last_days using (source, account_id)
        inner join {{ ref("dim_date") }} as dates on dates.date_day between spans.first_date and last_days.last_date
    ),

    known as (
        select
            days.*,
            {% for name in counters + ["active_members"] %}
                coalesce(counted.{{ name }}, case when covered.metric_date is not null then 0 end) as {{ name }},
            {% endfor %}
            sum(coalesce(counted.members_joined - counted.members_left, 0)) over (
                partition by days.source, days.account_id, days.community_id order by days.metric_date
            ) as members
        from days
        left join counted using (source, account_id, community_id, metric_date)
        left join covered using (source, account_id, metric_date)
    ),

    community_daily as (
        select
            known.platform,
            known.source,
            known.account_id,
            accounts.account_name,
            known.metric_date,
            known.community_id,
            coalesce(communities.community_name, known.community_id) as community_name,
            coalesce(communities.community_kind, 'unknown') as community_kind,
            cast(known.members as bigint) as members,
            {% for name in counters %} cast(known.{{ name }} as bigint) as {{ name }}, {% endfor %}
            case
                when known.active_members >= {{ var("audience_minimum") }} then known.active_members
            end as active_members,
            coalesce(known.active_members < {{ var("audience_minimum") }}, false) as is_suppressed
        from known
        inner join accounts using (source, account_id)
        left join {{ ref("communities") }} as communities using (community_id)
    )

select *
from community_daily
