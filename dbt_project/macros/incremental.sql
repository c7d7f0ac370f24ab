{# Loads that count for this build: the snapshot's own that stay, and the new ones. #}
{% macro wanted_loads() -%}
    select source, account, resource, load_id from {{ source("control", "loads") }} where change in ('kept', 'added')
{%- endmacro %}

{# Pre-hook of an incremental fact: rows of touched days go, the model then appends the recomputed ones. #}
{% macro delete_touched(day="metric_date", account="account_id", fact=none) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as written
        using {{ var("stage_database") }}.intermediate.int_touched_days as touched
        where
            touched.fact = '{{ fact or this.identifier }}'
            {%- if account %}
                and touched.source = written.source and touched.account = written.{{ account }}
            {%- endif %}
            and touched.metric_date = written.{{ day }}
    {%- endif -%}
{%- endmacro %}

{# Days of one fact and source that this build rewrites: source, account, metric_date. #}
{% macro touched_days(fact, source_name) -%}
    select source, account, metric_date
    from {{ ref("int_touched_days") }}
    where fact = '{{ fact }}' and source = '{{ source_name }}'
{%- endmacro %}

{#
The records that the newest complete answer for a day holds, for the days in the CTE `touched`: every column of the staging model and
metric_date. A record that vanished from the newest answer vanishes here.
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
        and receipts.slice_date = payloads.record_date
    where
        receipts.source = '{{ source_name }}'
        and receipts.resource = '{{ resource }}'
        and payloads.reject_reason is null
{%- endmacro %}

{# Sightings that wanted loads hold of one resource; `answered` keeps only those under a window that was answered completely. #}
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
        and sightings.source = '{{ source_name }}'
        and sightings.resource = '{{ resource }}'
{%- endmacro %}

{#
Fields of a staging relation as canonical metrics, long: the keys, metric, kind, metric_value. Unit, name, kind and the dates from which
they hold come from the seed metric_map; a field without a value gives no row.
#}
{% macro canonical_values(relation, source_name, resource, fields, keys, day="metric_date") -%}
    select
        {%- for key in keys %} measured.{{ key }}, {%- endfor %}
        metric_map.metric,
        metric_map.kind,
        cast(
            case
                metric_map.field
                {%- for field in fields %}
                    when '{{ field }}' then cast(measured.{{ field }} as decimal(20, 5))
                {%- endfor %}
            end
            * metric_map.unit_factor as decimal(20, 5)
        ) as metric_value
    from {{ relation }} as measured
    inner join
        {{ ref("metric_map") }} as metric_map
        on metric_map.source = '{{ source_name }}'
        and metric_map.resource = '{{ resource }}'
        and measured.{{ day }} >= metric_map.valid_from
        and (metric_map.valid_to is null or measured.{{ day }} < metric_map.valid_to)
{%- endmacro %}

{# One canonical metric as a column, added up over the group; null where no record held it. #}
{% macro metric_sum(metric, type="bigint") -%}
    cast(sum(case when metric = '{{ metric }}' then metric_value end) as {{ type }}) as {{ metric }}
{%- endmacro %}

{# Loads whose days have to be rewritten: those that came or went, all of them when the tables are made from nothing. #}
{% macro pending_loads() -%}
    select source, account, resource, load_id
    from {{ source("control", "loads") }}
    where change in ('added', 'removed') {%- if is_first_build() %} or change = 'kept' {%- endif %}
{%- endmacro %}

{# Pre-hook of the comments, which are rewritten by comment and not by day. #}
{% macro delete_touched_comments() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as written
        using {{ var("stage_database") }}.intermediate.int_touched_comments as touched
        where
            touched.source = written.source
            and touched.account = written.account_id
            and touched.comment_id = written.comment_id
    {%- endif -%}
{%- endmacro %}
