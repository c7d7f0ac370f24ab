-- Grain: one row per source, account, resource, field_name, change and day on which the change was seen.
-- A field is removed on the first day without it, if every earlier day of the last two weeks with records had it:
-- what is
-- optional comes and goes, and says nothing.
with
    wanted as ({{ wanted_loads() }}),

    seen as (
        select
            sightings.source,
            sightings.account,
            fields.field_resource as resource,
            fields.field_name,
            fields.field_status,
            cast({{ business_time_from_utc("sightings.fetched_at") }} as date) as seen_date,
            max(fields.records) as records
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join wanted using (source, account, resource, load_id)
        inner join {{ ref("stg_landing__fields") }} as fields using (source, account, record_hash)
        where sightings.resource = '_fields' and fields.reject_reason is null
        group by all
    ),

    named as (
        select
            source,
            account,
            resource,
            field_name,
            case when field_status = 'unknown' then 'added' else 'retyped' end as field_change,
            seen_date,
            records
        from seen
        where field_status in ('unknown', 'retyped')
    ),

    days as (select distinct source, account, resource, seen_date from seen where field_status = 'known'),

    present as (select source, account, resource, field_name, seen_date from seen where field_status = 'known'),

    missing as (
        select days.source, days.account, days.resource, fields.field_name, days.seen_date
        from days
        inner join
            (select distinct source, account, resource, field_name from present) as fields using (
                source, account, resource
            )
        left join present using (source, account, resource, field_name, seen_date)
        where present.field_name is null
    ),

    before_it as (
        select
            missing.source,
            missing.account,
            missing.resource,
            missing.field_name,
            missing.seen_date,
            count(*) as days_before,
            count(present.field_name) as days_with_it
        from missing
        inner join
            days
            on missing.source = days.source
            and missing.account = days.account
            and missing.resource = days.resource
            and days.seen_date < missing.seen_date
            and days.seen_date >= {{ add_days("missing.seen_date", -14) }}
        left join
            present
            on days.source = present.source
            and days.account = present.account
            and days.resource = present.resource
            and days.seen_date = present.seen_date
            and missing.field_name = present.field_name
        group by missing.source, missing.account, missing.resource, missing.field_name, missing.seen_date
    ),

    removed as (
        select source, account, resource, field_name, 'removed' as field_change, seen_date, cast(0 as bigint) as records
        from before_it
        where days_before = days_with_it
    ),

    drift as (
        select *
        from named
        union all
        select *
        from removed
    )

select *
from drift
