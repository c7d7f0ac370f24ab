-- Grain: one row per marketing activity: those of the seed activities, and those that somebody took part in without
-- being listed, whose kind is unknown.
with
    took_part as (
        select activity_id, min(participation_date) as first_participation_date
        from {{ ref("fct_activity_participation") }}
        group by activity_id
    ),

    dim_activity as (
        select
            activity_id,
            listed.activity_name,
            coalesce(listed.activity_kind, 'unknown') as activity_kind,
            listed.activity_id is not null as is_listed,
            listed.start_date,
            listed.end_date,
            listed.cost_amount,
            listed.currency,
            listed.campaign_id,
            took_part.first_participation_date
        from {{ ref("activities") }} as listed
        full outer join took_part using (activity_id)
    )

select *
from dim_activity
