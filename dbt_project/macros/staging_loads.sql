{#
Landed loads of a resource (of every resource without one), whatever became of them: a load that is excluded still holds payloads that
later hashes point to. `unstaged_only` leaves out those that this staging model has read.
#}
{% macro landed_loads(source_name, resource, unstaged_only=true) -%}
    select loads.source, loads.account, loads.resource, loads.load_id, loads.path
    from {{ source("control", "loads") }} as loads
    {%- if unstaged_only %}
        left join
            {{ var("stage_database") }}.staging.staged_loads as staged
            on staged.model = '{{ model.name }}'
            and staged.source = loads.source
            and staged.account = loads.account
            and staged.resource = loads.resource
            and staged.load_id = loads.load_id
    {%- endif %}
    where
        {% if unstaged_only %} staged.load_id is null
        {% else %} true
        {% endif %}
        {% if source_name %} and loads.source = '{{ source_name }}' {% endif %}
        {% if resource %} and loads.resource = '{{ resource }}' {% endif %}
{%- endmacro %}

{#
The files a staging model has to read: those of loads it has not read yet, all of them when its table is new. A file may hold further
loads, which it has read.
#}
{% macro unstaged_files(source_name=none, resource=none) -%}
    {%- if not execute -%} {{ return([]) }} {%- endif -%}
    {%- set found = run_query(landed_loads(source_name, resource, unstaged_only=is_incremental())) -%}
    {{ return(found.columns["path"].values() | unique | sort | list) }}
{%- endmacro %}
