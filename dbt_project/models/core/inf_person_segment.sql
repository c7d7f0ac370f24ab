-- Grain: one row per person and day of a profile: its segment, by the first rule of the seed segment_rules that holds.
-- A rule holds when all of its conditions do; a feature without a value meets none. A build judges the states that it
-- made anew.
-- depends_on: {{ ref("int_touched_profile_days") }}, {{ ref("int_touched_persons") }}
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_touched_persons('as_of_date', 'int_touched_profile_days') }}",
    )
}}

with
    rules as (
        select *, dense_rank() over (order by priority, rule) as place, count(*) over (partition by rule) as conditions
        from {{ ref("segment_rules") }}
    ),

    states as (
        select states.*
        from {{ ref("inf_person_state") }} as states
        {% if is_incremental() %}
            left join {{ this }} as judged using (person_id, as_of_date) where judged.person_id is null
        {% endif %}
    ),

    conditions as (
        select
            states.person_id,
            states.as_of_date,
            rules.place,
            rules.conditions,
            {{ feature_named("rules.feature", rule_features()) }} as value,
            rules.min_value,
            rules.max_value
        from states
        cross join rules
    ),

    holding as (
        select person_id, as_of_date, place
        from conditions
        where value >= coalesce(min_value, value) and value <= coalesce(max_value, value)
        group by person_id, as_of_date, place, conditions
        having count(*) = conditions
    ),

    first_holding as (select person_id, as_of_date, min(place) as place from holding group by person_id, as_of_date),

    inf_person_segment as (
        select
            states.person_id,
            states.as_of_date,
            states.is_newest,
            rules.segment,
            rules.rule as segment_rule,
            rules.reason_en as segment_reason_en,
            rules.reason_zh as segment_reason_zh,
            {{
                dbt.listagg(
                    "rules.feature || ' = ' || cast(cast("
                    ~ feature_named("rules.feature", rule_features())
                    ~ " as bigint) as varchar)",
                    "'; '",
                    "order by rules.feature",
                )
            }} as segment_evidence
        from first_holding
        inner join states using (person_id, as_of_date)
        inner join rules using (place)
        group by
            states.person_id,
            states.as_of_date,
            states.is_newest,
            rules.segment,
            rules.rule,
            rules.reason_en,
            rules.reason_zh
    )

select *
from inf_person_segment
