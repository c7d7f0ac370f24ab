{# Post-hook of staging models: what was just read, remembered in the same transaction as the rows. #}
{% macro remember_staged_loads(source_name=none, resource=none) -%}
    insert into {{ var("stage_database") }}.staging.staged_loads (model, source, account, resource, load_id)
    select '{{ model.name }}', source, account, resource, load_id
    from ({{ landed_loads(source_name, resource) }}) as read_now
{%- endmacro %}
