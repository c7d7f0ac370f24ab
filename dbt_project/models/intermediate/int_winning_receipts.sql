-- Grain: one row per source, account, resource and slice of business time (a day, an hour for hourly listings) that a
-- complete answer covers.
-- The newest answer covers the slice: only its records count for resources that are resolved by window.
{{ config(materialized="table") }}

with
    wanted as ({{ wanted_loads() }}),

    receipts as (
        select
            sightings.source,
            sightings.account,
            sightings.resource,
            sightings.load_id,
            sightings.window_start,
            sightings.window_end,
            sightings.fetched_at,
            coalesce(resources.step, 'day') as step
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join wanted using (source, account, resource, load_id)
        inner join {{ ref("int_landing_resources") }} as resources using (source, resource)
        where sightings.record_hash is null
    ),

    covered as (select *, {{ slices("window_start", "window_end", "step") }} as slice_start from receipts),

    ranked as (
        select
            *,
            row_number() over (
                partition by source, account, resource, slice_start
                order by fetched_at desc, load_id desc, window_start desc, window_end desc
            ) as newest
        from covered
    ),

    winning_receipts as (
        select
            source,
            account,
            resource,
            slice_start,
            cast(slice_start as date) as slice_date,
            load_id,
            window_start,
            window_end,
            fetched_at
        from ranked
        where newest = 1
    )

select *
from winning_receipts
