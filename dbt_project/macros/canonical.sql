{# The columns of a conformed fact, in order, as (name, type). #}
{% macro canonical_columns(fact) -%}
    {%- set facts = canonical_facts() -%}
    {%- if fact not in facts -%}
        {%- set known = facts.keys() | join(", ") -%}
        {{ exceptions.raise_compiler_error("canonical_columns: there is no fact '" ~ fact ~ "'; there are " ~ known) }}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for type, names in facts[fact] -%}
        {%- for name in names.split() -%} {%- do columns.append((name, type)) -%} {%- endfor -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#
Every canonical column of the fact from the relation, in order; those that `have` does not name are nulls of their type.
A name in `have` that the fact does not hold is an error.
#}
{% macro conform(fact, relation, have) -%}
    {%- set columns = canonical_columns(fact) -%}
    {%- set names = columns | map(attribute=0) | list -%}
    {%- set have = have | list -%}
    {%- for name in have if name not in names -%}
        {{
            exceptions.raise_compiler_error(
                "conform: " ~ fact ~ " has no column '" ~ name ~ "'; it has " ~ names | join(", ")
            )
        }}
    {%- endfor -%}
    select
        {%- for name, type in columns %}
            cast({{ name if name in have else "null" }} as {{ type }}) as {{ name }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ relation }}
{%- endmacro %}

{# The conformed models of a fact as one relation, with what files tell of it; a fact without any source has its columns and no row. #}
{% macro union_conformed(fact) -%}
    {%- set models = fact_models(fact, subjects=fact == "reconciliation") -%}
    {%- set files = "int_files__" ~ fact -%}
    {%- if files in models -%}
        {{
            with_files(
                fact, union_models(fact, models | reject("equalto", files) | list), union_models(fact, [files])
            )
        }}
    {%- else -%} {{ union_models(fact, models) }}
    {%- endif -%}
{%- endmacro %}

{# Some conformed models of a fact as one relation. #}
{% macro union_models(fact, models) -%}
    {%- set columns = canonical_columns(fact) -%}
    {%- for model in models %}
        select {{ columns | map(attribute=0) | join(", ") }}
        from {{ ref(model) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- else %}
        select
            {%- for name, type in columns %} cast(null as {{ type }}) as {{ name }}{% if not loop.last %},{% endif %}
            {%- endfor %}
        where false
    {%- endfor -%}
{%- endmacro %}

{# The canonical columns of a fact, out of the CTE of its name, for a select list; those in `instead` by another expression. #}
{% macro canonical_select(fact, instead={}) -%}
    {%- for name, type in canonical_columns(fact) %}
        {{ instead[name] if name in instead else fact ~ "." ~ name }} as {{ name }}{% if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}
