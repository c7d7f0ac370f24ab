-- Grain: one row per person that turned out to be another one, at the time of the event that showed it.
-- Elder rule: of two persons the one seen first stays. Follow merged_into_id onwards to the person of today.
with
    labels as (
        select
            *,
            lead(label) over (partition by birth order by labelled_at) as next_label,
            lead(labelled_at) over (partition by birth order by labelled_at) as next_labelled_at,
            last_value(label) over (
                partition by birth order by labelled_at rows between unbounded preceding and unbounded following
            ) as last_label
        from {{ ref("int_identity_labels") }}
    ),

    inf_person_merge as (
        select
            {{ person_id("merged.identity_id") }} as merged_person_id,
            {{ person_id("elders.identity_id") }} as merged_into_id,
            {{ person_id("today.identity_id") }} as person_id,
            merged.first_seen_at,
            labels.next_labelled_at as merged_at,
            cast(labels.next_labelled_at as date) as merged_date
        from labels
        inner join {{ ref("int_identities") }} as merged on labels.birth = merged.birth
        inner join {{ ref("int_identities") }} as elders on labels.next_label = elders.birth
        inner join {{ ref("int_identities") }} as today on labels.last_label = today.birth
        where labels.birth = labels.label
    )

select *
from inf_person_merge
