-- Grain: one row per identity of a person with consent to a profile, as the served snapshot has it.
-- Read before this build makes the bridge and the consents anew.
{{ config(materialized="table") }}

{% set bridge = as_served("bridge_person_identity") %}
{% set consents = as_served("inf_person_consent") %}

{% if bridge and consents %}
    select bridge.identity_id, bridge.person_id
    from {{ bridge }} as bridge
    inner join ({{ consenting_persons("user_profile", consents) }}) as consenting using (person_id)
{% else %} select cast(null as varchar) as identity_id, cast(null as varchar) as person_id where 1 = 0
{% endif %}
