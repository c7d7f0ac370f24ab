-- Grain: one row per archive and day of which a load brings or takes away a file: what the file says of itself lands
-- under the moment it was taken, not under its hour.
with
    pending_loads as ({{ pending_loads() }}),

    pending_files as (
        select source, account, sightings.record_hash
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join pending_loads using (source, account, resource, load_id)
        where resource = '_files'
        union
        select source, account, record_hash
        from ({{ arrived_payloads() }}) as payloads
        where resource = '_files'
    )

select distinct 'reconciliation' as fact, source, account, files.snapshot_date as metric_date
from {{ ref("int_weibo_hot_search__json_files") }} as files
inner join pending_files using (source, account, record_hash)
