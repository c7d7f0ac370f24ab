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

{# Every canonical metric of a fact as a column, from long values; null where no record held it. #}
{% macro metric_columns(fact) -%}
    {%- for name, type in canonical_columns(fact) if type in ("bigint", "decimal(20, 5)") %}
        {{ metric_sum(name, type) }}{% if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}
