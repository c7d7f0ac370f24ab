-- Grain: one row per identity that links or may link: all that any fact names but those shared by many people.
-- `birth` numbers them by first event time, then id: of two the earlier names their person.
{{ config(materialized="table") }}

with
    seen as (
        select identity_id, identity_kind, platform, first_seen_at, last_seen_at
        from {{ ref("fct_identity_span") }}
        union all
        select identity_id, identity_kind, platform, seen_at, seen_at
        from {{ ref("int_identity_sightings") }}
        union all
        select author_identity_id, 'account', platform, commented_at, commented_at
        from {{ ref("fct_comment") }}
        where author_identity_id is not null
        union all
        select author_identity_id, 'account', platform, mentioned_at, mentioned_at
        from {{ ref("fct_mention") }}
        where author_identity_id is not null
    ),

    identities as (
        select
            seen.identity_id,
            min(seen.identity_kind) as identity_kind,
            min(case when seen.identity_kind not in ('phone', 'email') then seen.platform end) as platform,
            min(seen.first_seen_at) as first_seen_at,
            max(seen.last_seen_at) as last_seen_at
        from seen
        left join {{ ref("int_shared_identities") }} as shared on seen.identity_id = shared.identity_id
        where shared.identity_id is null
        group by seen.identity_id
    ),

    int_identities as (
        select *, row_number() over (order by first_seen_at nulls last, identity_id) as birth from identities
    )

select *
from int_identities
