-- Grain: one row per segment and end of a month, and the newest covered day: how many people, where there are enough
-- of them.
-- People are counted at a day and never added up over days. A number below the minimum is unknown, not small.
with
    counted as (
        select as_of_date, is_newest, segment, count(*) as people
        from {{ ref("inf_person_segment") }}
        group by as_of_date, is_newest, segment
    ),

    segments as (
        select
            as_of_date,
            is_newest,
            segment,
            case when people >= {{ var("audience_minimum") }} then people end as people,
            people < {{ var("audience_minimum") }} as is_suppressed
        from counted
    )

select *
from segments
