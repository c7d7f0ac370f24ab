-- Grain: one row per account that any complete answer covers.
with
    receipts as (select * from {{ ref("int_winning_receipts") }}),

    configured as (select * from {{ source("control", "accounts") }}),

    told as ({{ union_conformed("accounts") }}),

    dim_account as (
        select
            receipts.source || ':' || receipts.account as account_key,
            sources.platform,
            receipts.source,
            receipts.account as account_id,
            coalesce(max(configured.account_name), max(told.account_name), receipts.account) as account_name,
            coalesce(max(told.currency), sources.currency) as currency,
            min(receipts.slice_date) as first_covered_date,
            max(receipts.slice_date) as last_covered_date
        from receipts
        inner join {{ ref("sources") }} as sources using (source)
        left join configured on receipts.source = configured.source and receipts.account = configured.account
        left join told on receipts.source = told.source and receipts.account = told.account_id
        group by receipts.source, receipts.account, sources.platform, sources.currency
    )

select *
from dim_account
