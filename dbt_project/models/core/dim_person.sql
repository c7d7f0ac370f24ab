-- Grain: one row per person who allows to be known as one (seed consent_gates). Facts of the others keep their
-- pseudonyms.
with
    persons as (
        select
            person_id,
            min(first_seen_at) as first_seen_at,
            max(last_seen_at) as last_seen_at,
            count(*) as identities,
            count(case when identity_kind = 'visitor' then 1 end) as browsers,
            count(case when identity_kind = 'user' then 1 end) as memberships,
            count(case when identity_kind = 'phone' then 1 end) as phones,
            count(case when identity_kind = 'email' then 1 end) as emails,
            count(case when identity_kind = 'account' then 1 end) as platform_accounts
        from {{ ref("bridge_person_identity") }}
        group by person_id
    ),

    merges as (
        select person_id, count(*) as merges, max(merged_at) as last_merged_at
        from {{ ref("inf_person_merge") }}
        group by person_id
    ),

    dim_person as (
        select persons.*, coalesce(merges.merges, 0) as merges, merges.last_merged_at
        from persons
        inner join ({{ consenting_persons("dim_person") }}) as consenting using (person_id)
        left join merges using (person_id)
    )

select *
from dim_person
