-- Grain: one row per linked identity and earlier identity that it came to belong to, from the time that it did.
-- The last row of an identity names its person. Begun with itself; the rounds after it run to the fixpoint.
-- depends_on: {{ ref("int_identity_edges") }}
{{ config(materialized="table", post_hook=after_commit("{{ spread_labels() }}")) }}

with
    int_identity_labels as (
        select identities.birth, identities.birth as label, identities.first_seen_at as labelled_at
        from {{ ref("int_identities") }} as identities
        where identities.birth in (select birth from {{ ref("int_identity_edges") }})
    )

select *
from int_identity_labels
