-- Grain: one row per account and day that any account call covers.
{{ config(materialized="incremental", incremental_strategy="append", pre_hook="{{ delete_touched() }}") }}

{% set net = "coalesce(account_daily.net_follows, account_daily.new_follows - account_daily.lost_follows)" %}

with
    account_daily as ({{ union_conformed("account_daily") }}),

    fct_account_daily as (
        select sources.platform, {{ canonical_select("account_daily", {"net_follows": net}) }}
        from account_daily
        inner join {{ ref("sources") }} as sources using (source)
    )

select *
from fct_account_daily
