-- Grain: one row per lead; the CRM knows all of them, where they came from is known once the webhook delivered.
select
    'site' as platform,
    i.lead_id,
    local_time(i.at) as lead_at,
    day_date(day_at(i.at)) as lead_date,
    'web' as channel,
    i.product,
    s.stage,
    local_time(s.since) as stage_at,
    case when i.known_at <= $as_of then v.session_id end as session_id,
    case when i.known_at <= $as_of then v.utm_source end as utm_source,
    case when i.known_at <= $as_of then v.utm_medium end as utm_medium,
    case when i.known_at <= $as_of then v.utm_campaign end as utm_campaign,
    case when i.known_at <= $as_of then v.utm_content end as utm_content,
    case when i.known_at <= $as_of then v.click_id end as click_id
from shop_inquiry i
join shop_visit v on i.day = v.day and i.visit = v.number
join
    (
        select lead_id, max_by(stage, since) as stage, max(since) as since
        from shop_stage
        where since <= $as_of
        group by lead_id
    ) s using (lead_id)
where day_at(i.at) between $first and $last
order by lead_at, lead_id
