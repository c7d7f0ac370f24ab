-- Grain: one row per source, account, resource and covered day: the records of the newest complete answer.
{{
    config(
        materialized="incremental", incremental_strategy="append", pre_hook="{{ delete_touched(account='account') }}"
    )
}}
{% set hashed = staged_entities() | rejectattr("is_bulk") | list + file_entities() %}

with
    touched as (select source, account, metric_date from {{ ref("int_touched_days") }} where fact = 'record_counts'),

    receipts as (
        select receipts.*
        from {{ ref("int_winning_receipts") }} as receipts
        inner join
            touched
            on receipts.source = touched.source
            and receipts.account = touched.account
            and receipts.slice_date = touched.metric_date
    ),

    payloads as (
        {% for entity in hashed %}
            select source, account, '{{ entity.resource }}' as resource, record_hash, record_date
            from {{ ref(entity.model) }}
            {% if entity.source %} where source = '{{ entity.source }}' {% endif %}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    sightings as (
        select
            receipts.source,
            receipts.account,
            receipts.resource,
            receipts.slice_start,
            receipts.slice_date,
            sightings.record_hash
        from receipts
        inner join
            {{ ref("stg_landing__sightings") }} as sightings using (
                source, account, resource, load_id, window_start, window_end
            )
        where sightings.record_hash is not null
    ),

    counted as (
        select source, account, resource, sightings.slice_date as metric_date, count(*) as records
        from sightings
        inner join payloads using (source, account, resource, record_hash)
        where coalesce(payloads.record_date, sightings.slice_date) = sightings.slice_date
        group by source, account, resource, sightings.slice_date
        union all
        select receipts.source, receipts.account, receipts.resource, receipts.slice_date, sum(windows.landed_rows - 1)
        from receipts
        inner join
            {{ ref("stg_landing__sightings") }} as windows using (
                source, account, resource, load_id, window_start, window_end
            )
        where windows.record_hash is null and {{ is_bulk("receipts") }}
        group by receipts.source, receipts.account, receipts.resource, receipts.slice_date
    ),

    record_counts as (
        select distinct
            receipts.source,
            receipts.account,
            receipts.resource,
            receipts.slice_date as metric_date,
            cast(coalesce(counted.records, 0) as bigint) as records
        from receipts
        left join
            counted
            on receipts.source = counted.source
            and receipts.account = counted.account
            and receipts.resource = counted.resource
            and receipts.slice_date = counted.metric_date
    )

select *
from record_counts
