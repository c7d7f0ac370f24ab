-- Grain: one row per source, resource and table that it changes.
{{ config(materialized="table") }}

with
    landing_feeds as (
        select source, resource, fact, touches_days, true as is_asked
        from {{ ref("landing_feeds") }}
        union all
        select sources.source, files.resource, files.fact, 0 as touches_days, false as is_asked
        from {{ ref("sources") }} as sources
        cross join {{ ref("file_resources") }} as files
        where files.fact is not null
    )

select *
from landing_feeds
