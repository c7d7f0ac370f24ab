{# A field of a staging relation in our unit, by the seed metric_map; null where the field is null. #}
{% macro in_our_unit(field, source_name, resource, day) -%}
    cast(
        {{ field }} * (
            select metric_map.unit_factor
            from {{ ref("metric_map") }} as metric_map
            where
                metric_map.source = '{{ source_name }}'
                and metric_map.resource = '{{ resource }}'
                and metric_map.field = '{{ field }}'
                and {{ day }} >= metric_map.valid_from
                and (metric_map.valid_to is null or {{ day }} < metric_map.valid_to)
        ) as decimal(20, 5)
    )
{%- endmacro %}

{#
A fact of events that are told by key: each as last seen. `have` are the canonical columns that the staging model has, `amounts` further
ones with the field that gives them, `at` is the column of the event's time.
#}
{% macro newest_events(fact, source_name, resource, staging_model, keys, at, have, amounts={}) -%}
    with
        newest as ({{ newest_by_key(source_name, resource, staging_model, keys) }}),

        {{ fact }} as (
            select
                source,
                '{{ resource }}' as resource,
                account_id,
                {%- for column in keys + [at] + have %}
                    {{ column }}{% if not loop.last or amounts %},{% endif %}
                {%- endfor %}
                {%- for metric, field in amounts.items() %}
                    {{ in_our_unit(field, source_name, resource, "newest." ~ at) }} as {{ metric }}
                    {% if not loop.last %},{% endif %}
                {%- endfor %}
            from newest
        )

        {%- set known = canonical_columns(fact) | map(attribute=0) | list -%}
        {%- set head = ["source", "resource", "account_id"] | select("in", known) | list %}
        {{ conform(fact, fact, head + keys + [at] + have + (amounts.keys() | list)) }}
{%- endmacro %}

{#
Events of one resource for the touched days of core.fct_web_event, each once a day of filing, as last seen; `have` as in newest_events.
The event type is the resource's own name unless said otherwise. (An event keeps its day. One that a source told as of another day counts
on both, as no other day is read here: the same whether both came in one build or in two.)
#}
{% macro web_events_of(source_name, resource, staging_model, have, event_type=none) -%}
    {%- set own = ["source", "account_id", "event_id", "event_type", "event_at", "filed_date"] -%}
    select
        source,
        account_id,
        event_id,
        '{{ event_type or resource }}' as event_type,
        event_at,
        record_date as filed_date
        {%- for name, type in canonical_columns("web_events") if name not in own %}
            , {{ name if name in have else "cast(null as " ~ type ~ ")" }} as {{ name }}
        {%- endfor %}
    from
        (
            select
                payloads.*,
                payloads.account as account_id,
                row_number() over (
                    partition by payloads.account, payloads.record_date, payloads.event_id
                    order by sightings.fetched_at desc, sightings.load_id desc, payloads.record_hash
                ) as newest
            from ({{ wanted_sightings(source_name, resource) }}) as sightings
            inner join {{ ref(staging_model) }} as payloads using (source, account, record_hash)
            inner join
                touched
                on payloads.source = touched.source
                and payloads.account = touched.account
                and payloads.record_date = touched.metric_date
            where payloads.reject_reason is null
        ) as seen
    where newest = 1
{%- endmacro %}

{#
What several sources tell of the same things, once: per key and column the value of the shape with the smallest precedence (the seed
landing_resources) that has one, so that no order of arrival matters. `columns` are those beside the keys.
#}
{% macro united(fact, keys) -%}
    {%- set skipped = keys + ["source", "resource", "account_id"] -%}
    select
        sources.platform,
        {%- for key in keys %} told.{{ key }}, {%- endfor %}
        {%- for name, type in canonical_columns(fact) if name not in skipped %}
            {{ first_known("told." ~ name, "resources.precedence, told.source, told.account_id") }} as {{ name }},
        {%- endfor %}
        {{ first_known("told.source", "resources.precedence, told.source, told.account_id") }} as source,
        {{ first_known("told.account_id", "resources.precedence, told.source, told.account_id") }} as account_id
    from ({{ union_conformed(fact) }}) as told
    inner join {{ ref("sources") }} as sources using (source)
    inner join {{ ref("landing_resources") }} as resources using (source, resource)
    group by sources.platform {%- for key in keys %}, told.{{ key }} {%- endfor %}
{%- endmacro %}

{# The identities in a relation as ids with their platform; phones and e-mail addresses are the same on every platform. #}
{% macro identity_ids(relation, names=["visitor", "user", "phone", "email"]) -%}
    {%- for name in names %}
        {%- set space = "'" ~ name ~ "'" if name in ("phone", "email") else relation ~ ".platform" %}
        {{ space }} || ':' || {{ relation }}.{{ name }}_identity as {{ name }}_identity_id
        {% if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{# The product that a row names, beside the relation `names` (int_product_names): its sku, else the one sku that had this title, else the title. #}
{% macro product_id(product, sku="null") -%}
    coalesce({{ sku }}, names.sku, 'by_title:' || coalesce({{ comparable_title(product) }}, {{ product }}))
{%- endmacro %}
