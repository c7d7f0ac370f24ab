-- Grain: one row per archive and version of a file of the JSON shape: it is one hour.
select
    source,
    account,
    record_hash,
    cast({{ extract_first("path", "([0-9]{4}-[0-9]{2}-[0-9]{2})/[0-9]{2}[.]json$") }} as date) as snapshot_date,
    cast({{ extract_first("path", "[0-9]{4}-[0-9]{2}-[0-9]{2}/([0-9]{2})[.]json$") }} as integer) as snapshot_hour,
    rows as file_rows
from {{ ref("stg_landing__files") }}
where source = 'weibo_hot_search' and reject_reason is null and status = 'taken' and path like '%.json'
