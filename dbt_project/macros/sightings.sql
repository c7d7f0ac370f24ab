{#
The records that the newest complete answer for a day holds, for the days in the CTE `touched`: every column of the staging model and
metric_date. A record without a day of its own (a snapshot) belongs to the day it was listed for. A record that vanished from the newest
answer vanishes here.
#}
{% macro newest_window_rows(staging_model, source_name, resource) -%}
    select payloads.*, receipts.slice_date as metric_date, receipts.slice_start, receipts.fetched_at, receipts.load_id
    from {{ ref("int_winning_receipts") }} as receipts
    inner join
        touched
        on receipts.source = touched.source
        and receipts.account = touched.account
        and receipts.slice_date = touched.metric_date
    inner join
        {{ ref("stg_landing__sightings") }} as sightings
        on receipts.source = sightings.source
        and receipts.account = sightings.account
        and receipts.resource = sightings.resource
        and receipts.load_id = sightings.load_id
        and receipts.window_start = sightings.window_start
        and receipts.window_end = sightings.window_end
    inner join
        {{ ref(staging_model) }} as payloads
        on sightings.source = payloads.source
        and sightings.account = payloads.account
        and sightings.record_hash = payloads.record_hash
        and receipts.slice_date = coalesce(payloads.record_date, receipts.slice_date)
    where
        receipts.source = '{{ source_name }}'
        and receipts.resource = '{{ resource }}'
        and payloads.reject_reason is null
{%- endmacro %}

{# Sightings that wanted loads hold of one resource (of every source without one); `answered` keeps only those under a window that was answered completely. #}
{% macro wanted_sightings(source_name, resource, answered=false) -%}
    select sightings.*
    from {{ ref("stg_landing__sightings") }} as sightings
    inner join ({{ wanted_loads() }}) as wanted using (source, account, resource, load_id)
    {%- if answered %}
        inner join
            (
                select distinct source, account, resource, load_id, window_start, window_end
                from {{ ref("stg_landing__sightings") }}
                where record_hash is null
            ) as answered using (source, account, resource, load_id, window_start, window_end)
    {%- endif %}
    where
        sightings.record_hash is not null
        {% if source_name %} and sightings.source = '{{ source_name }}' {% endif %}
        and sightings.resource = '{{ resource }}'
{%- endmacro %}

{#
The newest sighting of each key in a listing: every column of the staging model, account_id, first_seen_at and last_seen_at (UTC). Of
several versions in one answer the one with the highest `latest` counts. A record that vanished from the listing stays as last seen; where
a stub is left of it, `richer` says which versions are whole, and the newest of those counts.
#}
{% macro newest_by_key(source_name, resource, staging_model, keys, latest=none, answered=false, richer=none) %}
    select *
    from
        (
            select
                payloads.*,
                payloads.account as account_id,
                min(sightings.fetched_at) over versions as first_seen_at,
                max(sightings.fetched_at) over versions as last_seen_at,
                row_number() over (
                    partition by payloads.account, payloads.{{ keys | join(", payloads.") }}
                    order by
                        {% if richer %} payloads.{{ richer }} desc, {% endif %}
                        sightings.fetched_at desc,
                        sightings.load_id desc,
                        {% if latest %} payloads.{{ latest }} desc, {% endif %}
                        payloads.record_hash
                ) as newest
            from ({{ wanted_sightings(source_name, resource, answered) }}) as sightings
            inner join {{ ref(staging_model) }} as payloads using (source, account, record_hash)
            where payloads.reject_reason is null
            window versions as (partition by payloads.account, payloads.{{ keys | join(", payloads.") }})
        ) as ranked
    where newest = 1
{% endmacro %}
