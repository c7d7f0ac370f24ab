-- Grain: one row per number of a day that a later answer or file changed: what it was, what it became, and when.
-- Made of all complete answers that landed, in order of their time, so no order of builds matters. An entity that a
-- later answer no longer holds, or first holds, is a change from or to nothing. Files are compared row by row.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_named_by('int_touched_days', {'fact': 'fact', 'source': 'source', 'account': 'account_id', 'metric_date': 'metric_date'}) }}",
    )
}}

{% set answer = "source, account, resource, load_id, window_start, window_end, fetched_at" %}
{% set thing = "fact, source, account, resource, metric_date" %}
with
    wanted as ({{ wanted_loads() }}),

    receipts as (
        select distinct {{ answer }}
        from {{ ref("stg_landing__sightings") }}
        inner join wanted using (source, account, resource, load_id)
        where record_hash is null
    ),

    answers as (
        select receipts.*, touched.fact, touched.metric_date
        from receipts
        inner join
            {{ ref("int_touched_days") }} as touched
            on receipts.source = touched.source
            and receipts.account = touched.account
            and touched.metric_date >= cast(receipts.window_start as date)
            and touched.metric_date < receipts.window_end
    ),

    told as (
        {% for report in revised_reports() %}
            {{ answered_values(*report) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    asked as (select {{ thing }}, count(*) as answers from answers group by {{ thing }}),

    changing as (
        select {{ thing }}, told.entity_id, told.metric
        from told
        inner join asked using ({{ thing }})
        group by {{ thing }}, told.entity_id, told.metric
        having min(told.metric_value) <> max(told.metric_value) or count(*) < min(asked.answers)
    ),

    versions as (
        select
            changing.*,
            answers.fetched_at,
            told.metric_value as new_value,
            lag(told.metric_value) over in_order as old_value,
            row_number() over in_order as answer
        from changing
        inner join answers using ({{ thing }})
        left join
            told
            on changing.fact = told.fact
            and changing.resource = told.resource
            and changing.source = told.source
            and changing.account = told.account
            and changing.metric_date = told.metric_date
            and changing.entity_id is not distinct from told.entity_id
            and changing.metric = told.metric
            and answers.load_id = told.load_id
            and answers.window_start = told.window_start
            and answers.window_end = told.window_end
        window
            in_order as (
                partition by
                    changing.fact,
                    changing.source,
                    changing.account,
                    changing.resource,
                    changing.metric_date,
                    changing.entity_id,
                    changing.metric
                order by answers.fetched_at, answers.load_id, answers.window_start, answers.window_end
            )
    ),

    revisions as (
        select
            {{ thing }},
            entity_id,
            metric,
            answer,
            old_value,
            new_value,
            {{ business_time_from_utc("fetched_at") }} as revised_at
        from versions
        where answer > 1 and old_value is distinct from new_value
        union all
        select {{ thing }}, entity_id, metric, answer, old_value, new_value, revised_at
        from {{ ref("int_files__revisions") }}
    ),

    fct_revision as (
        select
            revisions.fact,
            sources.platform,
            revisions.source,
            revisions.account as account_id,
            revisions.resource,
            revisions.entity_id,
            revisions.metric_date,
            revisions.metric as column_name,
            1 + row_number() over (
                partition by
                    revisions.fact,
                    revisions.source,
                    revisions.account,
                    revisions.resource,
                    revisions.metric_date,
                    revisions.entity_id,
                    revisions.metric
                order by revisions.answer
            ) as version,
            revisions.old_value,
            revisions.new_value,
            revisions.revised_at
        from revisions
        inner join {{ ref("sources") }} as sources using (source)
    )

select *
from fct_revision
