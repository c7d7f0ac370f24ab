-- Grain: one row per activity that the brand lists.
select
    activity_id,
    name as activity_name,
    kind as activity_kind,
    true as is_listed,
    day_date(first) as start_date,
    day_date(last) as end_date,
    (cost / 100)::decimal(20, 5) as cost_amount,
    currency
from loyalty_activity
where is_listed
order by start_date, activity_id
