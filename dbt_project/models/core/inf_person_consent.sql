-- Grain: one row per person and purpose: the latest decision that any of the person's identities made.
-- Of two decisions at the same instant the withdrawal counts.
-- depends_on: {{ ref("int_served_owners") }}
with
    told as (
        {% for kind in ["user", "phone", "email", "visitor"] %}
            select source, account_id, event_id, purpose, is_granted, decided_at, {{ kind }}_identity_id as identity_id
            from {{ ref("fct_consent_event") }}
            where {{ kind }}_identity_id is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    decisions as (
        select distinct
            bridge.person_id,
            told.purpose,
            told.is_granted,
            told.decided_at,
            told.source,
            told.account_id,
            told.event_id
        from told
        inner join {{ ref("bridge_person_identity") }} as bridge using (identity_id)
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by person_id, purpose order by decided_at desc, is_granted, source, account_id, event_id
            ) as newest,
            count(*) over (partition by person_id, purpose) as decisions
        from decisions
    ),

    inf_person_consent as (select person_id, purpose, is_granted, decided_at, decisions from ranked where newest = 1)

select *
from inf_person_consent
