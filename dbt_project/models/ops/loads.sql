-- Grain: one row per load that this snapshot is built from.
{% set bulk_rows %}
case when record_hash is null and {{ is_bulk("rows") }} then landed_rows - 1 else 0 end
{% endset %}

with
    wanted as (
        select source, account, resource, load_id, fetched_at, is_new
        from {{ source("control", "loads") }}
        where change in ('kept', 'added')
    ),

    contents as (
        select
            source,
            account,
            resource,
            load_id,
            count(distinct(window_start, window_end)) as windows,
            count(*) filter (where record_hash is null) as receipts,
            cast(sum({{ bulk_rows }} + case when is_payload then 1 else 0 end) as bigint) as payloads,
            cast(sum({{ bulk_rows }} + case when record_hash is not null then 1 else 0 end) as bigint) as sightings,
            min(window_start) as first_window_start,
            max(window_end) as last_window_end
        from {{ ref("stg_landing__sightings") }} as rows
        group by source, account, resource, load_id
    ),

    loads as (
        select
            wanted.load_id,
            wanted.source,
            wanted.account,
            wanted.resource,
            wanted.fetched_at,
            wanted.is_new,
            contents.windows,
            contents.receipts,
            contents.payloads,
            contents.sightings,
            contents.first_window_start,
            contents.last_window_end
        from wanted
        left join contents using (source, account, resource, load_id)
    )

select *
from loads
