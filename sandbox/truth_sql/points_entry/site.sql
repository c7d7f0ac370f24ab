-- Grain: one row per entry of points that the webhook has delivered by the instant.
select
    'site' as platform,
    'site' as source,
    'shop' as account_id,
    event_id,
    points,
    reason,
    order_id,
    activity_id,
    local_time("at") as booked_at,
    day_date(day_at("at")) as booked_date
from loyalty_entry
where known_at <= $as_of and day_at("at") between $first and $last
order by booked_at, event_id
