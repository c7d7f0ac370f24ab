-- Grain: one row per archive, day and check: listings against the rows of the files they came from.
-- Only hours that the JSON shape covers: a file of that shape is one hour.
with
    touched as ({{ touched_days("reconciliation", "weibo_hot_search") }}),

    taken as (
        select distinct
            source,
            account,
            sightings.fetched_at,
            record_hash,
            files.snapshot_date,
            files.snapshot_hour,
            files.file_rows
        from ({{ wanted_sightings("weibo_hot_search", "_files") }}) as sightings
        inner join {{ ref("int_weibo_hot_search__json_files") }} as files using (source, account, record_hash)
    ),

    json_hours as (
        select receipts.source, receipts.account, receipts.slice_date, taken.snapshot_hour, taken.file_rows
        from {{ ref("int_winning_receipts") }} as receipts
        inner join
            touched
            on receipts.source = touched.source
            and receipts.account = touched.account
            and receipts.slice_date = touched.metric_date
        inner join
            taken
            on receipts.source = taken.source
            and receipts.account = taken.account
            and receipts.fetched_at = taken.fetched_at
            and receipts.slice_date = taken.snapshot_date
            and extract(hour from receipts.slice_start) = taken.snapshot_hour
        where receipts.resource = 'hot_search_json'
    ),

    listed as (
        select snapshot_date, snapshot_hour, count(*) as listings
        from {{ ref("fct_hot_topic_hourly") }}
        group by snapshot_date, snapshot_hour
    ),

    json_checked as (
        select
            json_hours.source,
            json_hours.account as account_id,
            json_hours.slice_date as metric_date,
            'hot_topics_against_file' as check_name,
            cast(sum(coalesce(listed.listings, 0)) as decimal(20, 5)) as detail_total,
            cast(sum(json_hours.file_rows) as decimal(20, 5)) as summary_total
        from json_hours
        left join
            listed on json_hours.slice_date = listed.snapshot_date and json_hours.snapshot_hour = listed.snapshot_hour
        group by json_hours.source, json_hours.account, json_hours.slice_date
    )

select *
from json_checked
