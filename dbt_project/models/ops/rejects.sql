-- Grain: one row per record that could not be used: those that landed and do not parse, and those that an extractor
-- turned away.
with
    wanted as ({{ wanted_loads() }}),

    sightings as (
        select sightings.*
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join wanted using (source, account, resource, load_id)
        where sightings.record_hash is not null
    ),

    unparsed as (
        select
            sightings.*,
            rejected.reject_reason,
            row_number() over (
                partition by source, account, resource, record_hash
                order by
                    sightings.fetched_at desc, sightings.load_id desc, sightings.window_start desc, sightings.window_end
            ) as newest
        from sightings
        inner join {{ ref("int_staging_rejects") }} as rejected using (source, account, resource, record_hash)
    ),

    found_in_staging as (
        select
            source,
            account,
            resource,
            'does_not_parse' as reason,
            reject_reason as detail,
            'landing:' || load_id || '#' || substr(record_hash, 1, 12) as origin,
            'staging' as found_by,
            load_id,
            fetched_at,
            window_start,
            window_end
        from unparsed
        where newest = 1
    ),

    found_by_extractors as (
        select
            source,
            account,
            rejects.reject_resource as resource,
            rejects.reason,
            rejects.detail,
            rejects.origin,
            'extract' as found_by,
            sightings.load_id,
            sightings.fetched_at,
            sightings.window_start,
            sightings.window_end
        from sightings
        inner join {{ ref("stg_landing__rejects") }} as rejects using (source, account, record_hash)
        where sightings.resource = '_rejects' and rejects.reject_reason is null
    ),

    rejects as (
        select *
        from found_in_staging
        union all
        select *
        from found_by_extractors
    )

select *
from rejects
