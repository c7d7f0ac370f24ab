-- Grain: one row per source, account, resource and stretch of uncovered time with one reason.
with
    slices as (
        select
            *,
            case
                when step = 'hour'
                then {{ dbt.datediff("timestamp '2000-01-01'", "slice_start", "hour") }}
                else {{ dbt.datediff("timestamp '2000-01-01'", "slice_start", "day") }}
            end as slice_number
        from {{ ref("int_gap_slices") }}
    ),

    islands as (
        select
            *,
            slice_number - row_number() over (
                partition by source, account, resource, reason, code, message, action order by slice_number
            ) as island
        from slices
    ),

    gaps as (
        select
            source,
            account,
            resource,
            min(slice_start) as window_start,
            max(
                case when step = 'hour' then slice_start + interval 1 hour else slice_start + interval 1 day end
            ) as window_end,
            count(*) as slices,
            reason,
            code,
            message,
            max(request_id) as request_id,
            action
        from islands
        group by source, account, resource, reason, code, message, action, island
    )

select *
from gaps
