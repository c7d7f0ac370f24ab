-- Grain: one row per source, account and resource: how far it reaches, against the newest day that anything covers.
with
    receipts as (select * from {{ ref("int_winning_receipts") }}),

    as_of as (select max(slice_date) as as_of_date from receipts),

    reach as (
        select
            source,
            account,
            resource,
            min(slice_date) as first_covered_date,
            max(slice_date) as last_covered_date,
            max(fetched_at) as last_fetched_at
        from receipts
        group by source, account, resource
    ),

    gaps as (
        select slices.source, slices.account, slices.resource, count(*) as open_gaps
        from {{ ref("int_gap_slices") }} as slices
        inner join reach using (source, account, resource)
        where cast(slices.slice_start as date) between reach.first_covered_date and reach.last_covered_date
        group by slices.source, slices.account, slices.resource
    ),

    freshness as (
        select
            sources.platform,
            reach.source,
            reach.account,
            reach.resource,
            reach.first_covered_date,
            reach.last_covered_date,
            as_of.as_of_date,
            as_of.as_of_date - reach.last_covered_date as days_behind,
            reach.last_fetched_at,
            coalesce(gaps.open_gaps, 0) as open_gaps
        from reach
        cross join as_of
        inner join {{ ref("sources") }} as sources using (source)
        left join gaps using (source, account, resource)
    )

select *
from freshness
