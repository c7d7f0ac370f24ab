-- Grain: one row per window and reason for which an extractor reported a gap, in a load that counts.
with
    wanted as ({{ wanted_loads() }}),

    resources as (select source, resource, coverage_resource from {{ ref("int_landing_resources") }}),

    reported as (
        select
            sightings.source,
            sightings.account,
            coalesce(resources.coverage_resource, gaps.gap_resource) as resource,
            sightings.window_start,
            sightings.window_end,
            sightings.fetched_at,
            sightings.load_id,
            gaps.record_hash,
            gaps.reason,
            gaps.code,
            gaps.message,
            gaps.request_id,
            gaps.action
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join wanted using (source, account, resource, load_id)
        inner join
            {{ ref("stg_landing__gaps") }} as gaps
            on sightings.source = gaps.source
            and sightings.account = gaps.account
            and sightings.record_hash = gaps.record_hash
        left join resources on gaps.source = resources.source and gaps.gap_resource = resources.resource
        where sightings.resource = '_gaps' and gaps.reject_reason is null
    )

select *
from reported
