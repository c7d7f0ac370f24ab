-- Grain: one row per refund of an order.
select
    'site' as platform,
    refund_id,
    order_id,
    local_time("at") as refunded_at,
    day_date(day_at("at")) as refund_date,
    (amount / 100)::decimal(20, 5) as refund_amount,
    'CNY' as currency,
    reason as refund_reason
from shop_refund
where day_at("at") between $first and $last
order by refunded_at, refund_id
