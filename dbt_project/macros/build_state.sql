{# What the stage file remembers: which loads each staging model has read. It can be deleted; everything is then read again. #}
{% macro create_build_state() -%}
    {%- if execute and flags.WHICH in ("build", "run") -%}
        {%- set stage = var("stage_database") -%}
        {%- do run_query("create schema if not exists " ~ stage ~ ".staging") -%}
        {%- do run_query(
            "create table if not exists "
            ~ stage
            ~ ".staging.staged_loads"
            ~ " (model varchar, source varchar, account varchar, resource varchar, load_id varchar)"
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#
What the build file tells of its own making: how often dbt ran on it since it was prepared (the audit refuses a second run: what it would
read as served, the first one has rewritten), and the days that were rewritten (publishing hashes these).
#}
{% macro create_build_marks() -%}
    {%- if execute and flags.WHICH in ("build", "run") -%}
        {%- set control = target.database ~ ".control" -%}
        {%- do run_query("create schema if not exists " ~ control) -%}
        {%- do run_query(
            "create table if not exists " ~ control ~ ".rewritten_days (fact varchar, metric_date date)"
        ) -%}
        {%- do run_query("create table if not exists " ~ control ~ ".dbt_runs (began_at timestamp)") -%}
        {%- do run_query(
            "insert into "
            ~ control
            ~ ".dbt_runs values (timestamp '"
            ~ run_started_at.strftime("%Y-%m-%d %H:%M:%S")
            ~ "')"
        ) -%}
    {%- endif -%}
{%- endmacro %}

{# Post-hook of int_touched_days, after its commit: the engine writes to one file in a transaction. #}
{% macro note_rewritten_days() -%}
    insert into {{ target.database }}.control.rewritten_days
    select distinct fact, metric_date from {{ this }}
{%- endmacro %}

{# Tables of this run that are rewritten by touched days or keys, as schema.table. #}
{% macro incremental_tables() -%}
    {%- set tables = [] -%}
    {%- set models = graph.nodes.values() | selectattr("resource_type", "equalto", "model") -%}
    {%- for node in models | selectattr("config.materialized", "equalto", "incremental") -%}
        {%- if node.unique_id in selected_resources and node.schema != "staging" -%}
            {%- do tables.append(node.schema ~ "." ~ node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{# True when such a table is made from nothing in this run: every day of every wanted load is touched then, not only the pending ones. #}
{% macro is_first_build() -%}
    {%- if not execute -%} {{ return(false) }} {%- endif -%}
    {%- set known = (
        run_query(
            "select table_schema || '.' || table_name from information_schema.tables where table_catalog = '"
            ~ target.database
            ~ "'"
        )
        .columns[0]
        .values()
        | list
    ) -%}
    {{ return(flags.FULL_REFRESH or incremental_tables() | reject("in", known) | list | length > 0) }}
{%- endmacro %}
