-- Grain: one row per source, account and comment that a load which came or went has seen.
{{ config(materialized="table") }}

with
    pending_loads as ({{ pending_loads() }}),

    touched_comments as (
        select distinct comments.source, comments.account, comments.comment_id
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join pending_loads using (source, account, resource, load_id)
        inner join {{ ref("int_comments") }} as comments using (source, account, record_hash)
        inner join {{ ref("int_landing_feeds") }} as feeds using (source, resource)
        where feeds.fact = 'fct_comment'
    )

select *
from touched_comments
