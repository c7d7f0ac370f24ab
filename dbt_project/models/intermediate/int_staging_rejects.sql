-- Grain: one row per landed record that does not parse.
{% set entities = staged_entities() + file_entities() %}
with
    rejected as (
        {% for entity in entities %}
            select source, account, '{{ entity.resource }}' as resource, record_hash, reject_reason
            from {{ ref(entity.model) }}
            where reject_reason is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select *
from rejected
