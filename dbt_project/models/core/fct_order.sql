-- Grain: one row per paid order, web and stores, with what was paid back so far.
-- Site and ERP tell of the same order: each column is that of the richer shape that has it.
with
    told as ({{ united("orders", ["order_id"]) }}),

    refunds as (
        select
            platform,
            order_id,
            cast(sum(refund_amount) as decimal(20, 5)) as refund_amount,
            cast(count(*) as bigint) as refunds
        from {{ ref("fct_refund") }}
        group by platform, order_id
    ),

    fct_order as (
        select
            told.platform,
            told.source,
            told.account_id,
            told.order_id,
            told.ordered_at,
            cast(told.ordered_at as date) as order_date,
            {{ identity_ids("told") }},
            coalesce(told.channel, 'web') as channel,
            told.store_id,
            told.order_status,
            told.order_amount,
            coalesce(told.discount_amount, 0) as discount_amount,
            coalesce(refunds.refund_amount, 0) as refund_amount,
            coalesce(refunds.refunds, 0) as refunds,
            coalesce(told.currency, sources.currency) as currency,
            told.coupon_code,
            told.session_id,
            told.utm_source,
            told.utm_medium,
            told.utm_campaign,
            told.utm_content,
            told.click_id
        from told
        inner join {{ ref("sources") }} as sources using (source)
        left join refunds on told.platform = refunds.platform and told.order_id = refunds.order_id
    )

select *
from fct_order
