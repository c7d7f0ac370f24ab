-- Grain: one row per person and day of a profile: its segment, by the first rule of the seed segment_rules that holds.
-- A rule holds when all of its conditions do; a feature without a value meets none.
with
    conditions as (
        select
            states.person_id,
            states.as_of_date,
            states.is_newest,
            rules.rule,
            rules.segment,
            rules.priority,
            rules.reason_en,
            rules.reason_zh,
            rules.feature,
            {{ feature_named("rules.feature", rule_features()) }} as value,
            rules.min_value,
            rules.max_value
        from {{ ref("inf_person_state") }} as states
        cross join {{ ref("segment_rules") }} as rules
    ),

    judged as (
        select
            person_id,
            as_of_date,
            is_newest,
            rule,
            segment,
            priority,
            reason_en,
            reason_zh,
            count(*) as conditions,
            count(
                case when value >= coalesce(min_value, value) and value <= coalesce(max_value, value) then 1 end
            ) as conditions_met,
            {{ dbt.listagg("feature || ' = ' || cast(cast(value as bigint) as varchar)", "'; '", "order by feature") }}
            as evidence
        from conditions
        group by person_id, as_of_date, is_newest, rule, segment, priority, reason_en, reason_zh
    ),

    ranked as (
        select *, row_number() over (partition by person_id, as_of_date order by priority, rule) as place
        from judged
        where conditions = conditions_met
    ),

    inf_person_segment as (
        select
            person_id,
            as_of_date,
            is_newest,
            segment,
            rule as segment_rule,
            reason_en as segment_reason_en,
            reason_zh as segment_reason_zh,
            evidence as segment_evidence
        from ranked
        where place = 1
    )

select *
from inf_person_segment
