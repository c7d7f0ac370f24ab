-- Every good participation that any wanted load tells of stands in core once and counts in the mart of its activity,
-- listed or not.
with
    told as (
        select activities.activity_id, count(distinct activities.account || ':' || activities.event_id) as total
        from {{ ref("stg_site__activity_participations") }} as activities
        inner join ({{ wanted_sightings("site", "activity") }}) as seen using (source, account, record_hash)
        where activities.reject_reason is null
        group by activities.activity_id
    ),

    core as (select activity_id, count(*) as total from {{ ref("fct_activity_participation") }} group by activity_id),

    marts as (select activity_id, participations as total from {{ ref("engagement__activities") }})

select activity_id, told.total as staged_total, core.total as core_total, marts.total as mart_total
from told
full outer join core using (activity_id)
full outer join marts using (activity_id)
where coalesce(told.total, 0) <> coalesce(core.total, 0) or coalesce(core.total, 0) <> coalesce(marts.total, 0)
