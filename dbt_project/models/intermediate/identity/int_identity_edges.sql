-- Grain: one row per two linked identities and direction, as numbers of birth, with the first time.
{{ config(materialized="table") }}

with
    edges as (
        select one.birth, other.birth as neighbour, pairs.linked_at
        from {{ ref("int_identity_pairs") }} as pairs
        inner join {{ ref("int_identities") }} as one on pairs.identity_id = one.identity_id
        inner join {{ ref("int_identities") }} as other on pairs.other_id = other.identity_id
    ),

    int_identity_edges as (
        select birth, neighbour, linked_at
        from edges
        union all
        select neighbour, birth, linked_at
        from edges
    )

select *
from int_identity_edges
