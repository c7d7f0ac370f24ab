-- Grain: one row per person who allows analytics and marketing by the instant, as of the end of the last day. Reads the truth's
-- own person_event.
with
    decided as (
        select e.person_key, c.purpose, arg_max(c.is_granted, (c.at, not c.is_granted)) as is_granted
        from person_event__shop e
        join shop_consent c on e.kind = 'consent' and e.event_id = c.event_id
        group by e.person_key, c.purpose
    ),
    consenting as (
        select person_key
        from decided
        where is_granted and purpose in ('analytics', 'marketing')
        group by person_key
        having count(*) = 2
    ),
    happened as (
        select
            e.person_key,
            e.kind,
            e.event_date,
            (day_date($last) - e.event_date)::bigint as days_ago,
            coalesce(o.paid, 0) as paid
        from person_event__shop e
        left join shop_order o on e.kind = 'order' and e.event_id = o.order_id
    ),
    given as (
        select
            e.person_key,
            sum(l.points)::bigint as points_balance,
            sum(l.points) filter (where reason in ('order', 'check_in', 'task', 'correct'))::bigint as earned
        from loyalty_entry l
        join person_event__shop e on e.kind = 'points' and e.event_id = l.event_id
        group by e.person_key
    ),
    moves as (
        select
            e.person_key,
            a.community_id,
            arg_max(a.action, (a.at, a.event_id)) filter (where a.action in ('join', 'leave')) as last_move,
            count(*) filter (where a.action in ('post', 'reply', 'react') and e.event_date > day_date($last - 90)) as acts
        from loyalty_act a
        join person_event__shop e on e.kind = 'community' and e.event_id = a.event_id
        group by e.person_key, a.community_id
    ),
    inside as (
        select person_key, count(*) filter (where last_move = 'join') as communities, sum(acts)::bigint as acts
        from moves
        group by person_key
    ),
    paid_back as (
        select e.person_key, sum(r.amount) as amount
        from shop_refund r
        join person_event__shop e on e.kind = 'order' and e.event_id = r.order_id
        where day_at(r.at) between $last - 364 and $last
        group by e.person_key
    )
select
    person_key,
    min(days_ago) filter (where kind in ('visit', 'order', 'lead')) as days_since_active,
    min(days_ago) filter (where kind = 'order') as days_since_order,
    count(*) filter (where kind = 'visit' and days_ago < 30) as visits_30d,
    count(*) filter (where kind = 'lead' and days_ago < 90) as leads_90d,
    count(*) filter (where kind = 'order' and days_ago < 365) as orders_365d,
    ((coalesce(sum(paid) filter (where days_ago < 365), 0) - coalesce(any_value(b.amount), 0)) / 100)::decimal(
        20, 5
    ) as revenue_365d,
    any_value(g.points_balance) as points_balance,
    case when any_value(g.points_balance) is not null then coalesce(any_value(g.earned), 0) end as points_earned_365d,
    any_value(i.communities) as communities,
    any_value(i.acts) as community_acts_90d
from happened
join consenting using (person_key)
left join paid_back b using (person_key)
left join given g using (person_key)
left join inside i using (person_key)
group by person_key
order by person_key
