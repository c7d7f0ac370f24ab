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
