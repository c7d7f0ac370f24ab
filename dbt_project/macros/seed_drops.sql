{# What a file of the user has in place of this seed (warehouse/seeds.py checked it), or none. #}
{% macro dropped_seed() -%}
    {%- if not execute -%} {{ return(none) }} {%- endif -%}
    {{ return(adapter.get_relation(target.database, "control", "seed__" ~ this.identifier)) }}
{%- endmacro %}

{# Post-hooks of every seed: the shipped rows go where a file takes their place. #}
{% macro empty_for_drop() -%} {{ return("delete from " ~ this if dropped_seed() else "") }} {%- endmacro %}

{% macro fill_from_drop() -%}
    {%- set relation = dropped_seed() -%}
    {%- if not relation -%} {{ return("") }} {%- endif -%}
    {%- set names = adapter.get_columns_in_relation(this) | map(attribute="name") | join(", ") -%}
    {{ return("insert into " ~ this ~ " (" ~ names ~ ") select " ~ names ~ " from " ~ relation) }}
{%- endmacro %}
