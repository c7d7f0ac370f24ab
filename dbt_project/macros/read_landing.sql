{# Landing files by their paths. With no path nothing is opened, and a relation without rows has the same columns. #}
{% macro read_landing(paths) -%} {{ return(adapter.dispatch("read_landing")(paths)) }} {%- endmacro %}

{% macro duckdb__read_landing(paths) -%}
    {%- if paths -%}
        read_parquet(
            [
                {%- for path in paths %}
                    '{{ dbt.escape_single_quotes(path) }}' {%- if not loop.last %},{% endif -%}
                {%- endfor %}
            ],
            hive_partitioning = false
        )
    {%- else -%}
        (
            select
                cast(null as varchar) as source,
                cast(null as varchar) as account,
                cast(null as varchar) as resource,
                cast(null as timestamp) as window_start,
                cast(null as timestamp) as window_end,
                cast(null as timestamp) as fetched_at,
                cast(null as varchar) as load_id,
                cast(null as varchar) as record_hash,
                cast(null as varchar) as record
            where false
        )
    {%- endif -%}
{%- endmacro %}
