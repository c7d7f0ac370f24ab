-- Grain: one row per refund of an order.
with
    told as ({{ united("refunds", ["refund_id", "order_id"]) }}),

    fct_refund as (
        select
            told.platform,
            told.source,
            told.account_id,
            told.refund_id,
            told.order_id,
            told.refunded_at,
            cast(told.refunded_at as date) as refund_date,
            told.refund_amount,
            coalesce(told.currency, sources.currency) as currency,
            told.refund_reason
        from told
        inner join {{ ref("sources") }} as sources using (source)
    )

select *
from fct_refund
