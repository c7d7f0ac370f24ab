-- Grain: one row per account and thing that a member did in a community: joined, left, posted, replied, reacted.
-- Who joins inside or leaves outside changes nothing: members are the sum of member_change.
with
    events as ({{ union_conformed("community_events") }}),

    named as (
        select
            sources.platform,
            events.*,
            coalesce(
                last_value(case when events.action in ('join', 'leave') then events.action end ignore nulls) over (
                    partition by events.source, events.account_id, events.community_id, events.user_identity
                    order by events.happened_at, events.event_id
                    rows between unbounded preceding and 1 preceding
                ),
                'leave'
            ) as last_move
        from events
        inner join {{ ref("sources") }} as sources using (source)
    ),

    fct_community_event as (
        select
            named.platform,
            named.source,
            named.account_id,
            named.event_id,
            named.community_id,
            named.action,
            {{ identity_ids("named", ["user"]) }},
            named.happened_at,
            cast(named.happened_at as date) as happened_date,
            case
                when named.action not in ('join', 'leave') or named.action = named.last_move
                then 0
                when named.action = 'join'
                then 1
                else -1
            end as member_change
        from named
    )

select *
from fct_community_event
