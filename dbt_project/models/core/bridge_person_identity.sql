-- Grain: one row per identity that belongs to a person. Shared ones belong to nobody and are in ops.shared_identities.
-- Facts carry identities; joining them here gives the person, whatever has merged since.
-- depends_on: {{ ref("int_served_owners") }}
with
    identities as (select * from {{ ref("int_identities") }}),

    latest_labels as (
        select
            birth, label, labelled_at, row_number() over (partition by birth order by labelled_at desc, label) as newest
        from {{ ref("int_identity_labels") }}
    ),

    bridge_person_identity as (
        select
            {{ person_id("coalesce(elders.identity_id, identities.identity_id)") }} as person_id,
            identities.identity_id,
            identities.identity_kind,
            identities.platform,
            identities.first_seen_at,
            identities.last_seen_at,
            coalesce(latest_labels.labelled_at, identities.first_seen_at) as joined_at
        from identities
        left join latest_labels on identities.birth = latest_labels.birth and latest_labels.newest = 1
        left join identities as elders on latest_labels.label = elders.birth
    )

select *
from bridge_person_identity
