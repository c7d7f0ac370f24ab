-- Grain: one row per number of a day that a later complete answer changed: what it was, what it became, and when.
-- Made of all answers that landed, in order of their time, so no order of builds matters. An entity that a later answer
-- no longer holds, or first holds, is a change from or to nothing.
{{ config(materialized="incremental", incremental_strategy="append", pre_hook="{{ delete_touched_revisions() }}") }}
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

    fct_revision as (
        select
            versions.fact,
            sources.platform,
            versions.source,
            versions.account as account_id,
            versions.resource,
            versions.entity_id,
            versions.metric_date,
            versions.metric as column_name,
            1 + row_number() over (
                partition by
                    versions.fact,
                    versions.source,
                    versions.account,
                    versions.resource,
                    versions.metric_date,
                    versions.entity_id,
                    versions.metric
                order by versions.answer
            ) as version,
            versions.old_value,
            versions.new_value,
            {{ business_time_from_utc("versions.fetched_at") }} as revised_at
        from versions
        inner join {{ ref("sources") }} as sources using (source)
        where versions.answer > 1 and versions.old_value is distinct from versions.new_value
    )

select *
from fct_revision
