-- Grain: one row per landed record of a file in which something was recovered from what a spreadsheet made of it.
{% set entities = file_entities() %}
with
    recovered_records as (
        {% for entity in entities %}
            select
                source,
                account,
                '{{ entity.resource }}' as resource,
                record_hash,
                record_date,
                recovered,
                is_rounded,
                exported_at
            from {{ ref(entity.model) }}
            where reject_reason is null and recovered is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    wanted as ({{ wanted_loads() }}),

    sightings as (
        select source, account, resource, record_hash, min(fetched_at) as first_fetched_at
        from {{ ref("stg_landing__sightings") }}
        inner join wanted using (source, account, resource, load_id)
        where record_hash is not null
        group by source, account, resource, record_hash
    ),

    recovered as (
        select
            records.source,
            records.account,
            records.resource,
            records.record_date,
            records.record_hash,
            records.recovered,
            coalesce(records.is_rounded, false) as is_rounded,
            records.exported_at,
            {{ business_time_from_utc("sightings.first_fetched_at") }} as first_seen_at
        from recovered_records as records
        inner join sightings using (source, account, resource, record_hash)
    )

select *
from recovered
