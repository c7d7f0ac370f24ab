-- Grain: one row per source, account and comment that a load which came or went has seen, or an older load whose
-- sighting gets its payload only now (loads may arrive in any order).
{{ config(materialized="table") }}

with
    seen as ({{ pending_records() }}),

    touched_comments as (
        select distinct comments.source, comments.account, comments.comment_id
        from seen
        inner join {{ ref("int_comments") }} as comments using (source, account, record_hash)
        inner join {{ ref("int_landing_feeds") }} as feeds using (source, resource)
        where feeds.fact = 'fct_comment'
    )

select *
from touched_comments
