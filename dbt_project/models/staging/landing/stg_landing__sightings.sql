-- Grain: one row per load, window and record hash seen under it; a window answered completely has one row without a
-- hash, its receipt.
{{ config(post_hook="{{ remember_staged_loads() }}") }}

with
    landed as (select * from {{ read_landing(unstaged_files()) }}),

    sightings as (
        select
            load_id,
            source,
            account,
            resource,
            window_start,
            window_end,
            fetched_at,
            record_hash,
            bool_or(record is not null) as is_payload,
            count(*) as landed_rows
        from landed
        where load_id in (select load_id from ({{ landed_loads(none, none, is_incremental()) }}) as unread)
        group by load_id, source, account, resource, window_start, window_end, fetched_at, record_hash
    )

select *
from sightings
