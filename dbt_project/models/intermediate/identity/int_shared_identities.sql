-- Grain: one row per identity and kind of others that it was seen with more of than one person has.
{{ config(materialized="table") }}

with
    pairs as (
        select identity_id, identity_kind, other_id, other_kind
        from {{ ref("int_identity_pairs") }}
        union all
        select other_id, other_kind, identity_id, identity_kind
        from {{ ref("int_identity_pairs") }}
    ),

    counted as (
        select identity_id, identity_kind, other_kind as seen_with_kind, count(distinct other_id) as identities
        from pairs
        group by identity_id, identity_kind, other_kind
    ),

    int_shared_identities as (
        select counted.*, guards.max_identities, guards.reason_en, guards.reason_zh
        from counted
        inner join {{ ref("identity_guards") }} as guards using (identity_kind, seen_with_kind)
        where counted.identities > guards.max_identities
    )

select *
from int_shared_identities
