-- Grain: one row per ad account, as last told.
with
    sightings as ({{ wanted_sightings("tencent_ads", "advertiser") }}),

    seen as (
        select
            payloads.source,
            payloads.account as account_id,
            payloads.account_name,
            row_number() over (
                partition by payloads.account
                order by sightings.fetched_at desc, sightings.load_id desc, payloads.record_hash
            ) as newest
        from sightings
        inner join {{ ref("stg_tencent_ads__accounts") }} as payloads using (source, account, record_hash)
        where payloads.reject_reason is null and payloads.account_id = payloads.account
    ),

    accounts as (select * from seen where newest = 1)

    {{ conform("accounts", "accounts", ["source", "account_id", "account_name"]) }}
