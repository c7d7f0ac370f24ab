-- Grain: one row per consent that somebody gave or took back for a purpose.
with
    consent_events as ({{ union_conformed("consent_events") }}),

    named as (
        select sources.platform, consent_events.*
        from consent_events
        inner join {{ ref("sources") }} as sources using (source)
    ),

    fct_consent_event as (
        select
            named.platform,
            named.source,
            named.account_id,
            named.event_id,
            named.decided_at,
            cast(named.decided_at as date) as decided_date,
            {{ identity_ids("named") }},
            named.purpose,
            named.is_granted,
            named.policy_version
        from named
    )

select *
from fct_consent_event
