-- Grain: one row per person who allows a profile and end of a month, and the newest covered day: its segment and why.
with
    segments as (select * from {{ ref("inf_person_segment") }}),

    segment_history as (
        select
            person_id,
            as_of_date,
            is_newest,
            segment,
            lag(segment) over (partition by person_id order by as_of_date) as previous_segment,
            segment_rule,
            segment_reason_en,
            segment_reason_zh,
            segment_evidence
        from segments
    )

select *
from segment_history
