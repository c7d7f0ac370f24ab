-- Grain: one row per account, resource and day that a complete answer covers (any hour of it for hourly listings).
with
    receipts as (select * from {{ ref("int_winning_receipts") }}),

    feeds as (select * from {{ ref("int_landing_feeds") }}),

    fct_coverage_daily as (
        select distinct
            sources.platform,
            receipts.source,
            receipts.account as account_id,
            receipts.resource,
            receipts.slice_date as metric_date,
            feeds.fact is not null as is_spend_source
        from receipts
        inner join {{ ref("sources") }} as sources using (source)
        left join
            feeds
            on receipts.source = feeds.source
            and receipts.resource = feeds.resource
            and feeds.fact = 'fct_ad_daily'
    )

select *
from fct_coverage_daily
