-- No reported number falls out because the metric map does not hold on its day: every good record has all its mapped
-- fields.
select entities.source, entities.resource, entities.record_date
from
    (
        {% for entity in staged_entities() %}
            select source, '{{ entity.resource }}' as resource, record_date
            from {{ ref(entity.model) }}
            where reject_reason is null and record_date is not null
            {% if not loop.last %}
                union
            {% endif %}
        {% endfor %}
    ) as entities
inner join
    (select distinct source, resource, field, metric from {{ ref("metric_map") }}) as mapped using (source, resource)
left join
    {{ ref("metric_map") }} as metric_map
    on metric_map.source = entities.source
    and metric_map.resource = entities.resource
    and metric_map.field = mapped.field
    and metric_map.metric = mapped.metric
    and entities.record_date >= metric_map.valid_from
    and (metric_map.valid_to is null or entities.record_date < metric_map.valid_to)
group by entities.source, entities.resource, entities.record_date, mapped.field, mapped.metric
having count(metric_map.metric) <> 1
