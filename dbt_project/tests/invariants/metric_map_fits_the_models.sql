-- Every mapped field is a column of the staging model of its resource, and every canonical metric is a column of a
-- core fact.
-- depends_on: {{ ref("fct_ad_daily") }}, {{ ref("fct_content_daily") }}, {{ ref("fct_account_daily") }}
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

    map as (
        select metric_map.*, entities.staging_model
        from {{ ref("metric_map") }} as metric_map
        left join entities using (source, resource)
    ),

    columns as (
        select table_name, column_name from information_schema.columns where table_schema in ('staging', 'core')
    ),

    facts as (select distinct column_name from columns where table_name like 'fct_%')

select map.source, map.resource, map.field, map.metric
from map
left join columns on map.staging_model = columns.table_name and map.field = columns.column_name
left join facts on facts.column_name in (map.metric, map.metric || '_to_date')
where columns.column_name is null or facts.column_name is null
