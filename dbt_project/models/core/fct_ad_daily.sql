-- Grain: one row per ad and day that the report holds. Amounts are in the currency of the account (dim_account).
{{ config(materialized="incremental", incremental_strategy="append", pre_hook="{{ delete_touched() }}") }}

with
    ad_daily as ({{ union_conformed("ad_daily") }}),

    fct_ad_daily as (
        select sources.platform, ad_daily.* from ad_daily inner join {{ ref("sources") }} as sources using (source)
    )

select *
from fct_ad_daily
