-- Grain: one row per thing that somebody did in an activity and that the webhook has delivered by the instant.
-- Who it was: the member's number in the world, else the browser's.
select
    'site' as platform,
    'site' as source,
    'shop' as account_id,
    event_id,
    activity_id,
    action,
    local_time("at") as participated_at,
    day_date(day_at("at")) as participation_date,
    utm_source,
    utm_medium,
    utm_campaign,
    case when is_member then 'u' else 'v' end || person as participant_key
from loyalty_participation
where known_at <= $as_of and day_at("at") between $first and $last
order by participated_at, event_id
