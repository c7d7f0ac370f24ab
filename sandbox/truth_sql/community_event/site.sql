-- Grain: one row per thing that a member did in a community and that the webhook has delivered by the instant.
-- Who it was: the member's number in the world.
select
    'site' as platform,
    'site' as source,
    'shop' as account_id,
    event_id,
    community_id,
    action,
    local_time("at") as happened_at,
    day_date(day_at("at")) as happened_date,
    'u' || person as member_key
from loyalty_act
where known_at <= $as_of and day_at("at") between $first and $last
order by happened_at, event_id
