-- Grain: one row per number of a touched day that a file exported later told otherwise: what it was and what it became.
-- In order of export, as the facts take it; a row that no later file holds stays as it was told.
{% set key = "fact, source, account, resource, entity_id, metric_date, metric" %}
with
    told as (
        {% for report in revised_files() %}
            {{ file_values(*report) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    versions as (
        select
            *,
            metric_value as new_value,
            lag(metric_value) over in_order as old_value,
            row_number() over in_order as answer
        from told
        window in_order as (partition by {{ key }} order by exported_at, fetched_at, load_id, record_hash desc)
    )

select {{ key }}, answer, old_value, new_value, exported_at as revised_at
from versions
where answer > 1 and old_value is distinct from new_value
