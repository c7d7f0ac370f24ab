{# Loads that count for this build: the snapshot's own that stay, and the new ones. #}
{% macro wanted_loads() -%}
    select source, account, resource, load_id from {{ source("control", "loads") }} where change in ('kept', 'added')
{%- endmacro %}

{# Loads whose days have to be rewritten: those that came or went, all of them when the tables are made from nothing. #}
{% macro pending_loads() -%}
    select source, account, resource, load_id
    from {{ source("control", "loads") }}
    where change in ('added', 'removed') {%- if is_first_build() %} or change = 'kept' {%- endif %}
{%- endmacro %}

{# Loads that the snapshot did not have, those too that are excluded: later hashes may point to their payloads. #}
{% macro arrived_loads() -%}
    select source, account, resource, load_id
    from {{ source("control", "loads") }}
    where change in ('added', 'excluded')
{%- endmacro %}

{# Records whose payload a load of this build brings: older sightings of them can be resolved only now. #}
{% macro arrived_payloads() -%}
    select distinct source, account, resource, sightings.record_hash
    from {{ ref("stg_landing__sightings") }} as sightings
    inner join ({{ arrived_loads() }}) as arrived using (source, account, resource, load_id)
    where sightings.is_payload
{%- endmacro %}

{# Records that a load which came or went has seen, or an older load whose sighting gets its payload only now (loads may arrive in any order). #}
{% macro pending_records() -%}
    select source, account, resource, sightings.record_hash
    from {{ ref("stg_landing__sightings") }} as sightings
    inner join ({{ pending_loads() }}) as pending using (source, account, resource, load_id)
    union
    select source, account, resource, record_hash
    from ({{ arrived_payloads() }}) as arrived_payloads
{%- endmacro %}

{#
Pre-hook of an incremental fact: rows of touched days go, the model then appends the recomputed ones. Of a table that
several models tell of, only the rows with that told_by.
#}
{% macro delete_touched(day="metric_date", account="account_id", fact=none, told_by=none) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as written
        using {{ var("stage_database") }}.intermediate.int_touched_days as touched
        where
            touched.fact = '{{ fact or this.identifier }}'
            {%- if account %}
                and touched.source = written.source and touched.account = written.{{ account }}
            {%- endif %}
            and touched.metric_date = written.{{ day }}
            {%- if told_by %} and written.told_by = '{{ told_by }}' {%- endif %}
    {%- endif -%}
{%- endmacro %}

{# Days of one fact and source that this build rewrites: source, account, metric_date. #}
{% macro touched_days(fact, source_name) -%}
    select source, account, metric_date
    from {{ ref("int_touched_days") }}
    where fact = '{{ fact }}' and source = '{{ source_name }}'
{%- endmacro %}

{#
Pre-hook of a table that is rewritten by key and not by day: rows go whose keys a model of intermediate names. `keys` are
the columns of that model, each with the one here. Of a table that several models tell of, only rows with that told_by.
#}
{% macro delete_named_by(model, keys, told_by=none) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as written
        using {{ var("stage_database") }}.intermediate.{{ model }} as touched
        where
            {%- for there, here in keys.items() %}
                {% if not loop.first %} and {% endif %} touched.{{ there }} = written.{{ here }}
            {%- endfor %}
            {%- if told_by %} and written.told_by = '{{ told_by }}' {%- endif %}
    {%- endif -%}
{%- endmacro %}

{# Pre-hook of a table that several models tell of: what comes from tables made anew goes. #}
{% macro delete_told_anew(told_by) -%}
    {%- if is_incremental() -%} delete from {{ this }} where told_by in ('{{ told_by | join("', '") }}') {%- endif -%}
{%- endmacro %}

{# Days of one fact that this build rewrites, of every source: source, account, metric_date. #}
{% macro touched_days_of(fact) -%}
    select source, account, metric_date from {{ ref("int_touched_days") }} where fact = '{{ fact }}'
{%- endmacro %}

{#
Pre-hook of what is kept per person and day: rows of the days that a model of intermediate names go, and of the touched
persons all rows.
#}
{% macro delete_touched_persons(day, days) -%}
    {%- if is_incremental() -%}
        {%- set stage = var("stage_database") ~ ".intermediate." -%}
        delete from {{ this }}
        where
            {{ day }} in (select {{ day }} from {{ stage }}{{ days }})
            or person_id in (select person_id from {{ stage }}int_touched_persons)
    {%- endif -%}
{%- endmacro %}

{# Mondays of the weeks with one of the touched days of activity on the site. #}
{% macro touched_weeks(days) -%}
    select distinct cast(date_trunc('week', activity_date) as date) as week_start_date from {{ days }}
{%- endmacro %}

{# All seven days of these weeks: of a column of days the engine then reads these only. #}
{% macro days_of_touched_weeks(days) -%}
    {%- for number in range(7) %}
        select {{ add_days("week_start_date", number) }} as activity_date
        from ({{ touched_weeks(days) }}) as weeks
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
{%- endmacro %}

{# Pre-hook of what is kept per week. #}
{% macro delete_touched_weeks() -%}
    {%- if is_incremental() -%}
        {%- set days = var("stage_database") ~ ".intermediate.int_touched_activity_days" -%}
        delete from {{ this }}
        where week_start_date in ({{ touched_weeks(days) }})
    {%- endif -%}
{%- endmacro %}

{#
A table of core as the served snapshot has it, or none on an empty warehouse. Only for models that run before the table
is made anew (it then has a "depends_on" them): the build file begins as a clone of the snapshot. While dbt reads the
project there is always one, so that it sees the refs beside it.
#}
{% macro as_served(model) -%}
    {{ return(adapter.get_relation(target.database, "core", model) if execute else this) }}
{%- endmacro %}
