-- Grain: one row per window that this build reads anew: of a load that came or went, and of an older load that saw a
-- record of which only a load that came now brings the payload (loads may arrive in any order).
with
    pending_loads as ({{ pending_loads() }}),

    wanted_loads as ({{ wanted_loads() }}),

    new_payloads as ({{ arrived_payloads() }}),

    pending_windows as (
        select source, account, resource, sightings.window_start, sightings.window_end
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join pending_loads using (source, account, resource, load_id)
        union
        select source, account, resource, sightings.window_start, sightings.window_end
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join new_payloads using (source, account, resource, record_hash)
        inner join wanted_loads using (source, account, resource, load_id)
    )

select *
from pending_windows
