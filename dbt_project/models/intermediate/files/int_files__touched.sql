-- Grain: one row per source, account and day of fct_content_daily that a load changes beyond the days of its windows.
-- Counters of files are differences, so an export changes the days of the later ones. Where the days that the interface
-- tells itself begin or end elsewhere than before, files from there on count, or count no longer.
with
    pending as (
        select source, account, min(cast(window_start as date)) as first_date
        from {{ ref("int_pending_windows") }}
        where resource = 'file_content_totals'
        group by source, account
    ),

    listings as (
        select
            sightings.source,
            sightings.account,
            loads.change,
            cast(sightings.window_start as date) as first_date,
            {{
                last_told_day(
                    "cast(sightings.window_end - interval 1 second as date)",
                    "sightings.fetched_at",
                    "feeds.touches_days",
                )
            }} as last_date
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join {{ source("control", "loads") }} as loads using (source, account, resource, load_id)
        inner join {{ ref("landing_feeds") }} as feeds using (source, resource)
        inner join
            (select distinct source, resource from {{ ref("metric_map") }} where kind = 'cumulative') as counters
            using (source, resource)
        where
            sightings.record_hash is null
            and feeds.fact = 'fct_content_daily'
            and loads.change in ('kept', 'added', 'removed')
    ),

    spans as (
        select
            source,
            account,
            min(case when change <> 'added' then first_date end) as first_before,
            max(case when change <> 'added' then last_date end) as last_before,
            min(case when change <> 'removed' then first_date end) as first_now,
            max(case when change <> 'removed' then last_date end) as last_now
        from listings
        group by source, account
    ),

    moved as (
        select
            source,
            account,
            least(
                case when first_before is distinct from first_now then least(first_before, first_now) end,
                case when last_before is distinct from last_now then least(last_before, last_now) end
            ) as first_date
        from spans
    ),

    since as (
        select source, account, min(first_date) as first_date
        from
            (
                select *
                from pending
                union all
                select *
                from moved
                where first_date is not null
            ) as changes
        group by source, account
    ),

    file_days as (
        select source, account, record_date
        from {{ ref("stg_files__content_totals") }}
        where reject_reason is null
        union
        select source, account, record_date
        from {{ ref("stg_files__content_daily") }}
        where reject_reason is null
    )

select distinct 'fct_content_daily' as fact, file_days.source, file_days.account, file_days.record_date as metric_date
from file_days
inner join since using (source, account)
where file_days.record_date >= since.first_date
