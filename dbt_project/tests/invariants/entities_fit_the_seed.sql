-- The staging models that macros go through are those of the seed landing_resources.
with
    entities as (
        {% for entity in staged_entities() %}
            select
                '{{ entity.source }}' as source,
                '{{ entity.resource }}' as resource,
                '{{ entity.model }}' as staging_model
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    resources as (select source, resource, staging_model from {{ ref("landing_resources") }})

select source, resource, entities.staging_model, resources.staging_model as seed_model
from entities
full outer join resources using (source, resource)
where entities.staging_model is distinct from resources.staging_model
