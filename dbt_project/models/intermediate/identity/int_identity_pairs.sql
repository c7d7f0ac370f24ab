-- Grain: one row per two identities that were seen together, the smaller id first, with the first time.
{{ config(materialized="table") }}

with
    sightings as (
        select happening, identity_id, identity_kind, min(seen_at) as seen_at
        from {{ ref("int_identity_sightings") }}
        group by happening, identity_id, identity_kind
    ),

    seen_together as (
        select
            one.identity_id,
            one.identity_kind,
            other.identity_id as other_id,
            other.identity_kind as other_kind,
            greatest(one.seen_at, other.seen_at) as seen_at
        from sightings as one
        inner join sightings as other on one.happening = other.happening and one.identity_id < other.identity_id
        union all
        select
            least(visitor_identity_id, user_identity_id),
            case when visitor_identity_id < user_identity_id then 'visitor' else 'user' end,
            greatest(visitor_identity_id, user_identity_id),
            case when visitor_identity_id < user_identity_id then 'user' else 'visitor' end,
            first_seen_at
        from {{ ref("fct_identity_pair_daily") }}
        where visitor_identity_id <> user_identity_id
    ),

    int_identity_pairs as (
        select identity_id, identity_kind, other_id, other_kind, min(seen_at) as linked_at
        from seen_together
        group by identity_id, identity_kind, other_id, other_kind
    )

select *
from int_identity_pairs
