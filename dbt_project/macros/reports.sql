{#
Reports by day in canonical columns, for the touched days of a fact: the records of the newest complete answers, named by the seed
metric_map and added up over the keys. `parts` are (resource, staging model, fields that the metric map knows); all of them must hold the
`keys`. A key of the fact that is not among them is null.
#}
{% macro report_by_day(fact, source_name, parts, keys=[]) %}
    {%- set ids = ["source", "account"] + keys + ["metric_date"] -%}
    {%- set metrics = [] -%}
    {%- for name, type in canonical_columns(fact) if type in ("bigint", "decimal(20, 5)") -%}
        {%- do metrics.append(name) -%}
    {%- endfor -%}
    {%- set table = {"follower_sources": "fct_follower_source_daily"}.get(fact, "fct_" ~ fact) -%}
    with
        touched as ({{ touched_days(table, source_name) }}),

        {% for resource, model, fields in parts %}
            part_{{ loop.index }} as ({{ newest_window_rows(model, source_name, resource) }}),
        {% endfor %}

        measured as (
            {% for resource, model, fields in parts %}
                {{ canonical_values("part_" ~ loop.index, source_name, resource, fields, ids) }}
                {% if not loop.last %}
                    union all
                {% endif %}
            {% endfor %}
        ),

        pivoted as (
            select
                source,
                account as account_id,
                {% for key in keys %} {{ key }}, {% endfor %}
                metric_date,
                {{ metric_columns(fact) }}
            from measured
            group by {{ ids | join(", ") }}
        )

        {{ conform(fact, "pivoted", ["source", "account_id"] + keys + ["metric_date"] + metrics) }}
{% endmacro %}

{# A report by ad and day, which holds the ids that `keys` names. #}
{% macro ads_by_day(source_name, resource, staging_model, fields, keys=["campaign_id", "ad_group_id", "ad_id"]) -%}
    {{ report_by_day("ad_daily", source_name, [(resource, staging_model, fields)], keys) }}
{%- endmacro %}

{# Reports of an account by day; days without a record are absent. #}
{% macro account_by_day(source_name, parts) -%} {{ report_by_day("account_daily", source_name, parts) }} {%- endmacro %}

{# Snapshots of an audience in canonical columns, for the touched days; `have` are the columns of the staging model. #}
{% macro audience_by_snapshot(source_name, resource, staging_model, have=["dimension", "item", "people", "share"]) %}
    with
        touched as ({{ touched_days("fct_audience_daily", source_name) }}),

        listed as ({{ newest_window_rows(staging_model, source_name, resource) }}),

        snapshots as (select *, account as account_id, metric_date as snapshot_date from listed)

        {{ conform("audience", "snapshots", ["source", "account_id", "snapshot_date"] + have) }}
{% endmacro %}

{# Entities of a listing as last seen, in canonical columns: contents, accounts, live_sessions, mentions. #}
{% macro newest_listed(fact, source_name, resource, staging_model, keys, have, latest=none) %}
    with
        listed as ({{ newest_by_key(source_name, resource, staging_model, keys, latest) }})

        {{ conform(fact, "listed", ["source"] + have) }}
{% endmacro %}
