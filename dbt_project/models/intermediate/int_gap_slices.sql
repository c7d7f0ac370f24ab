-- Grain: one row per source, account, resource and slice of business time that was asked for, or lies between covered
-- ones, and that no complete answer covers; with the newest reason that an extractor gave. Shapes of the same record
-- cover for each other. Files come when somebody exports them: days between two of them are no gaps.
{{ config(materialized="table") }}

with
    wanted as ({{ wanted_loads() }}),

    resources as (select source, resource, step, coverage_resource, is_asked from {{ ref("int_landing_resources") }}),

    covered as (
        select distinct receipts.source, receipts.account, resources.coverage_resource as resource, receipts.slice_start
        from {{ ref("int_winning_receipts") }} as receipts
        inner join resources using (source, resource)
    ),

    asked_windows as (
        select distinct
            sightings.source,
            sightings.account,
            resources.coverage_resource as resource,
            sightings.window_start,
            sightings.window_end
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join wanted using (source, account, resource, load_id)
        inner join resources using (source, resource)
    ),

    spans as (
        select source, account, resource, min(slice_start) as window_start, max(slice_start) as window_end
        from covered
        inner join resources using (source, resource)
        where is_asked
        group by source, account, resource
    ),

    reported as (select * from {{ ref("int_reported_gaps") }}),

    windows as (
        select source, account, resource, window_start, window_end
        from asked_windows
        union
        select source, account, resource, window_start, window_end
        from spans
        union
        select source, account, resource, window_start, window_end
        from reported
    ),

    expected as (
        select distinct
            source,
            account,
            resource,
            step,
            {{ slices("windows.window_start", "windows.window_end", "resources.step") }} as slice_start
        from windows
        inner join resources using (source, resource)
    ),

    reasons as (
        select reported.*, {{ slices("reported.window_start", "reported.window_end", "resources.step") }} as slice_start
        from reported
        inner join resources using (source, resource)
    ),

    ranked_reasons as (
        select
            *,
            row_number() over (
                partition by source, account, resource, slice_start
                order by fetched_at desc, load_id desc, window_start desc, window_end, record_hash
            ) as newest
        from reasons
    ),

    gap_slices as (
        select
            expected.source,
            expected.account,
            expected.resource,
            expected.step,
            expected.slice_start,
            coalesce(reasons.reason, 'never_answered') as reason,
            reasons.code,
            coalesce(reasons.message, 'no complete answer for this window has landed') as message,
            reasons.request_id,
            coalesce(reasons.action, 'ask again for this window (make refresh FROM= TO=)') as action
        from expected
        left join covered using (source, account, resource, slice_start)
        left join
            ranked_reasons as reasons
            on expected.source = reasons.source
            and expected.account = reasons.account
            and expected.resource = reasons.resource
            and expected.slice_start = reasons.slice_start
            and reasons.newest = 1
        where covered.slice_start is null
    )

select *
from gap_slices
