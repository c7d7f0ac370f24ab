-- The resources whose staging models macros go through are those of the seed landing_resources.
with
    entities as (
        {% for entity in staged_entities() %}
            select '{{ entity.source }}' as source, '{{ entity.resource }}' as resource, '{{ entity.model }}' as model
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select source, resource, entities.model, resources.step
from entities
full outer join {{ ref("landing_resources") }} as resources using (source, resource)
where entities.model is null or resources.step is null
