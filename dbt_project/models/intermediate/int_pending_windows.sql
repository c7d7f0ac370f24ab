-- Grain: one row per window of a load that came or went.
with
    pending_loads as ({{ pending_loads() }}),

    pending_windows as (
        select distinct source, account, resource, sightings.window_start, sightings.window_end
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join pending_loads using (source, account, resource, load_id)
    )

select *
from pending_windows
