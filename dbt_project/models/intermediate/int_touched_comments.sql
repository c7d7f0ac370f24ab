-- Grain: one row per source, account and comment that a load which came or went has seen, or an older load whose
-- sighting gets its payload only now (loads may arrive in any order).
{{ config(materialized="table") }}

with
    pending_loads as ({{ pending_loads() }}),

    seen as (
        select source, account, resource, sightings.record_hash
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join pending_loads using (source, account, resource, load_id)
        union
        select source, account, resource, record_hash
        from ({{ arrived_payloads() }}) as arrived_payloads
    ),

    touched_comments as (
        select distinct comments.source, comments.account, comments.comment_id
        from seen
        inner join {{ ref("int_comments") }} as comments using (source, account, record_hash)
        inner join {{ ref("int_landing_feeds") }} as feeds using (source, resource)
        where feeds.fact = 'fct_comment'
    )

select *
from touched_comments
