-- Grain: one row per source and resource that may land: those of its interface, which are asked for, and what files may
-- tell of it, which comes when somebody exports it.
{{ config(materialized="table") }}

with
    asked as (
        select source, resource, step, resolution, needs_receipt, precedence, coverage_resource, true as is_asked
        from {{ ref("landing_resources") }}
    ),

    exported as (
        select
            sources.source,
            files.resource,
            'day' as step,
            'key' as resolution,
            false as needs_receipt,
            1 as precedence,
            files.resource as coverage_resource,
            false as is_asked
        from {{ ref("sources") }} as sources
        cross join {{ ref("file_resources") }} as files
    ),

    landing_resources as (
        select *
        from asked
        union all
        select *
        from exported
    )

select *
from landing_resources
