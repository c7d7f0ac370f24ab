-- Grain: one row per visit, sign-up, lead, order, consent, participation in an activity, entry of points and act in a community of the days
-- that anybody knows of by the instant, with the first event of its person as far as keys tell: what a person did under keys
-- that were never seen together stays apart.
-- Keys are the cookie (v), the member number (u), phone and e-mail (p); the webhook names the cookie, once it has delivered.
with
    seen as (
        select 'visit' as kind, event_id, "at", person, true as v, is_member as u, false as p
        from shop_visit
        where known_at <= $as_of
        union all
        select 'sign_up', event_id, "at", person, true, true, true
        from shop_sign_up
        where known_at <= $as_of
        union all
        select 'consent', event_id, "at", person, true, true, false
        from shop_consent
        where known_at <= $as_of
        union all
        select 'activity', event_id, "at", person, true, is_member, false
        from loyalty_participation
        where known_at <= $as_of
        union all
        select 'points', event_id, "at", person, false, true, false
        from loyalty_entry
        where known_at <= $as_of
        union all
        select 'community', event_id, "at", person, false, true, false
        from loyalty_act
        where known_at <= $as_of
        union all
        select 'lead', lead_id, "at", person, known_at <= $as_of, false, true
        from shop_inquiry
        union all
        select 'order', order_id, "at", person, store = '' and known_at <= $as_of, is_member, true
        from shop_order
    ),
    events as (select * from seen where day_at("at") between $first and $last),
    links as (
        select person, bool_or(v and u) as vu, bool_or(v and p) as vp, bool_or(u and p) as up
        from events
        group by person
    ),
    grouped as (
        select
            events.*,
            case
                when v
                then 'v'
                when u
                then case when vu or (vp and up) then 'v' else 'u' end
                when vp or (vu and up)
                then 'v'
                when up
                then 'u'
                else 'p'
            end as part
        from events
        join links using (person)
    )
select
    kind,
    event_id,
    local_time("at") as happened_at,
    day_date(day_at("at")) as event_date,
    min(kind || ':' || event_id) over (partition by person, part) as person_key
from grouped
order by kind, event_id
