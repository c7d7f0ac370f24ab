-- Grain: one row per account that any complete answer covers.
with
    receipts as (select * from {{ ref("int_winning_receipts") }}),

    named as (select * from {{ source("control", "accounts") }}),

    dim_account as (
        select
            receipts.source || ':' || receipts.account as account_key,
            sources.platform,
            receipts.source,
            receipts.account as account_id,
            coalesce(max(named.account_name), receipts.account) as account_name,
            min(receipts.slice_date) as first_covered_date,
            max(receipts.slice_date) as last_covered_date
        from receipts
        inner join {{ ref("sources") }} as sources using (source)
        left join named on receipts.source = named.source and receipts.account = named.account
        group by receipts.source, receipts.account, sources.platform
    )

select *
from dim_account
