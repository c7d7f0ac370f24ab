-- Grain: one row per consent given or taken back that the webhook has delivered by the instant.
select
    'site' as platform,
    'site' as source,
    'shop' as account_id,
    event_id,
    local_time("at") as decided_at,
    day_date(day_at("at")) as decided_date,
    purpose,
    is_granted
from shop_consent
where known_at <= $as_of and day_at("at") between $first and $last
order by decided_at, event_id
