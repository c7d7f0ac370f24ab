-- Every good event of a community that any wanted load tells of stands in core once and counts in the mart; and
-- members at
-- the end of the last day are those whose newest move was to join.
with
    told as (
        select community_id, count(distinct events.account || ':' || events.event_id) as total
        from {{ ref("stg_site__community_events") }} as events
        inner join ({{ wanted_sightings("site", "community") }}) as seen using (source, account, record_hash)
        where events.reject_reason is null
        group by community_id
    ),

    core as (select community_id, count(*) as total from {{ ref("fct_community_event") }} group by community_id),

    newest_moves as (
        select
            community_id,
            action,
            row_number() over (
                partition by source, account_id, community_id, user_identity_id order by happened_at desc, event_id desc
            ) as place
        from {{ ref("fct_community_event") }}
        where action in ('join', 'leave')
    ),

    inside as (
        select community_id, count(*) as members
        from newest_moves
        where place = 1 and action = 'join'
        group by community_id
    ),

    last_days as (
        select
            community_id,
            events,
            members,
            row_number() over (partition by source, account_id, community_id order by metric_date desc) as place
        from {{ ref("engagement__community_daily") }}
    ),

    marts as (
        select community_id, cast(sum(events) as bigint) as total, sum(case when place = 1 then members end) as members
        from last_days
        group by community_id
    )

select
    community_id,
    told.total as staged_total,
    core.total as core_total,
    marts.total as mart_total,
    inside.members as members,
    marts.members as mart_members
from told
full outer join core using (community_id)
full outer join marts using (community_id)
full outer join inside using (community_id)
where
    coalesce(told.total, 0) <> coalesce(core.total, 0)
    or coalesce(core.total, 0) <> coalesce(marts.total, 0)
    or coalesce(inside.members, 0) <> coalesce(marts.members, 0)
