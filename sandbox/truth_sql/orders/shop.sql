-- Grain: one row per paid order; the ERP knows all of them, where they came from is known once the webhook delivered.
-- Refunds count from the day after they were paid back; the state of an order is that of the instant.
with
    paid_back as (
        select
            order_id,
            count(*) filter (where day_at("at") <= $last) as refunds,
            coalesce(sum(amount) filter (where day_at("at") <= $last), 0) as amount,
            sum(amount) as amount_now
        from shop_refund
        where "at" <= $as_of
        group by order_id
    )
select
    'site' as platform,
    o.order_id,
    local_time(o.at) as ordered_at,
    day_date(day_at(o.at)) as order_date,
    case when o.store = '' then 'web' else 'store' end as channel,
    o.store as store_id,
    case
        when r.amount_now >= o.paid then 'refunded'
        when r.amount_now > 0 then 'part_refunded'
        when $as_of >= o.at + 8 * 86400 then 'completed'
        else 'paid'
    end as order_status,
    (o.paid / 100)::decimal(20, 5) as order_amount,
    (o.discount / 100)::decimal(20, 5) as discount_amount,
    (coalesce(r.amount, 0) / 100)::decimal(20, 5) as refund_amount,
    coalesce(r.refunds, 0) as refunds,
    'CNY' as currency,
    o.coupon_code,
    case when o.is_member then 'u' || o.person end as participant_key,
    case when o.known_at <= $as_of then v.session_id end as session_id,
    case when o.known_at <= $as_of then v.utm_source end as utm_source,
    case when o.known_at <= $as_of then v.utm_medium end as utm_medium,
    case when o.known_at <= $as_of then v.utm_campaign end as utm_campaign,
    case when o.known_at <= $as_of then v.utm_content end as utm_content,
    case when o.known_at <= $as_of then v.click_id end as click_id
from shop_order o
left join shop_visit v on o.day = v.day and o.visit = v.number
left join paid_back r using (order_id)
where day_at(o.at) between $first and $last
order by ordered_at, o.order_id
