-- Grain: one row per account and day that any account call covers.
{{ config(materialized="incremental", incremental_strategy="append", pre_hook="{{ delete_touched() }}") }}

with
    account_daily as (select * from {{ ref("int_wechat__account_daily") }}),

    fct_account_daily as (
        select sources.platform, account_daily.*
        from account_daily
        inner join {{ ref("sources") }} as sources using (source)
    )

select *
from fct_account_daily
