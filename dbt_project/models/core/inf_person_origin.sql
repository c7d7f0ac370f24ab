-- Grain: one row per person with consent to a profile, who signed up: when, how and where from, at the first time.
with
    owners as (select identity_id, person_id from {{ ref("bridge_person_identity") }}),

    signed_up as (
        select {{ owner_of() }} as person_id, told.*
        from {{ ref("fct_sign_up") }} as told {{ join_owners("told", "owners") }}
    ),

    ranked as (
        select
            signed_up.person_id,
            signed_up.signed_up_date,
            signed_up.sign_up_method,
            signed_up.utm_source as sign_up_source,
            signed_up.utm_medium as sign_up_medium,
            signed_up.utm_campaign as sign_up_campaign,
            row_number() over (
                partition by signed_up.person_id
                order by signed_up.signed_up_at, signed_up.source, signed_up.account_id, signed_up.event_id
            ) as place
        from signed_up
        inner join ({{ consenting_persons("user_profile") }}) as consenting using (person_id)
    ),

    inf_person_origin as (
        select person_id, signed_up_date, sign_up_method, sign_up_source, sign_up_medium, sign_up_campaign
        from ranked
        where place = 1
    )

select *
from inf_person_origin
