-- Grain: one row per archive and day of which a load brings or takes away a file: what the file says of itself lands
-- under the moment it was taken, not under its hour.
select distinct 'reconciliation' as fact, source, account, files.snapshot_date as metric_date
from {{ ref("int_weibo_hot_search__json_files") }} as files
inner join ({{ pending_records() }}) as pending using (source, account, record_hash)
where pending.resource = '_files'
