-- Grain: one row per order and position in it.
select
    'site' as platform,
    o.order_id,
    l.line_no as line_number,
    local_time(o.at) as ordered_at,
    day_date(day_at(o.at)) as order_date,
    l.sku,
    l.title as product,
    l.quantity,
    (l.price / 100)::decimal(20, 5) as price_amount
from shop_line l
join shop_order o using (order_id)
where day_at(o.at) between $first and $last
order by ordered_at, order_id, line_number
