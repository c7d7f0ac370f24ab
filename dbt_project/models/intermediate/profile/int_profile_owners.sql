-- Grain: one row per identity of a person with consent to a profile.
{{ config(materialized="table") }}

select bridge.identity_id, bridge.person_id
from {{ ref("bridge_person_identity") }} as bridge
inner join ({{ consenting_persons("user_profile") }}) as consenting using (person_id)
