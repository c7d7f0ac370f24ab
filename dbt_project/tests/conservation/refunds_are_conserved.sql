-- What was paid back for the orders that we know is, in all, what their refunds say.
select orders.total as orders_total, refunds.total as refunds_total
from (select sum(refund_amount) as total from {{ ref("fct_order") }}) as orders
cross join
    (
        select coalesce(sum(refund_amount), 0) as total
        from {{ ref("fct_refund") }}
        where order_id in (select order_id from {{ ref("fct_order") }})
    ) as refunds
where orders.total <> refunds.total
