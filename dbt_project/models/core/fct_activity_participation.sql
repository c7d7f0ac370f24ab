-- Grain: one row per account and thing that somebody did in a marketing activity: joined, checked in, submitted,
-- shared, won, redeemed.
with
    participations as ({{ union_conformed("activity_participations") }}),

    named as (
        select sources.platform, participations.*
        from participations
        inner join {{ ref("sources") }} as sources using (source)
    ),

    fct_activity_participation as (
        select
            named.platform,
            named.source,
            named.account_id,
            named.event_id,
            named.activity_id,
            named.action,
            named.participated_at,
            cast(named.participated_at as date) as participation_date,
            {{ identity_ids("named", ["visitor", "user"]) }},
            named.utm_source,
            named.utm_medium,
            named.utm_campaign,
            named.utm_content
        from named
    )

select *
from fct_activity_participation
