-- Grain: one row per coupon code that was used.
with
    told as ({{ united("coupon_uses", ["coupon_code"]) }}),

    fct_coupon_use as (
        select
            told.platform,
            told.source,
            told.account_id,
            told.coupon_code,
            told.coupon_batch,
            told.used_at,
            cast(told.used_at as date) as used_date,
            told.order_id,
            coalesce(told.channel, 'web') as channel,
            {{ identity_ids("told", ["visitor", "user"]) }},
            told.discount_amount,
            coalesce(told.currency, sources.currency) as currency
        from told
        inner join {{ ref("sources") }} as sources using (source)
    )

select *
from fct_coupon_use
