-- Grain: one row per coupon code that was used.
select
    'site' as platform,
    code as coupon_code,
    batch as coupon_batch,
    local_time("at") as used_at,
    day_date(day_at("at")) as used_date,
    order_id,
    case when store = '' then 'web' else 'store' end as channel,
    (discount / 100)::decimal(20, 5) as discount_amount,
    'CNY' as currency
from shop_coupon
where day_at("at") between $first and $last
order by used_at, coupon_code
