-- Grain: one row per source, account, day of filing, day of activity and identity seen on the site.
-- The state that persons are folded from: a merge, a consent or a restated day rewrites the days it touches and no
-- other.
-- An event counts for its strongest identity, the member before the browser, so that nothing counts twice in a person.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_touched(day='filed_date', fact='fct_web_event') }}",
    )
}}

with
    touched as (select source, account, metric_date from {{ ref("int_touched_days") }} where fact = 'fct_web_event'),

    events as (
        select events.*, types.interaction, extract(hour from events.event_at) as event_hour
        from {{ ref("fct_web_event") }} as events
        inner join
            touched
            on events.source = touched.source
            and events.account_id = touched.account
            and events.filed_date = touched.metric_date
        left join
            {{ ref("interaction_types") }} as types
            on events.source = types.source
            and events.event_type = types.event_type
    ),

    acting as (
        select *, user_identity_id as identity_id, 'user' as identity_kind, true as is_acting
        from events
        where user_identity_id is not null
        union all
        select
            *,
            visitor_identity_id as identity_id,
            'visitor' as identity_kind,
            user_identity_id is null and interaction is not null as is_acting
        from events
        where visitor_identity_id is not null
    ),

    counted as (select *, case when is_acting then interaction end as counts_as from acting),

    fct_identity_daily as (
        select
            platform,
            source,
            account_id,
            filed_date,
            event_date as activity_date,
            identity_id,
            identity_kind,
            min(event_at) as first_seen_at,
            max(event_at) as last_seen_at,
            count(case when counts_as = 'visit' then 1 end) as visits,
            count(case when counts_as = 'page_view' then 1 end) as page_views,
            count(distinct case when counts_as = 'visit' then session_id end) as sessions,
            count(case when counts_as = 'visit' and utm_medium = 'cpc' then 1 end) as paid_visits,
            count(case when counts_as = 'visit' and utm_medium = 'social' then 1 end) as social_visits,
            count(case when counts_as = 'visit' and utm_medium = 'organic' then 1 end) as search_visits,
            count(case when counts_as = 'visit' and utm_medium is null then 1 end) as direct_visits,
            count(case when counts_as = 'visit' and device_type = 'mobile' then 1 end) as mobile_visits,
            count(case when counts_as = 'visit' and device_type = 'desktop' then 1 end) as desktop_visits,
            count(case when counts_as = 'visit' and device_type = 'mini_program' then 1 end) as mini_program_visits,
            count(case when counts_as = 'visit' and event_hour < 6 then 1 end) as night_visits,
            count(case when counts_as = 'visit' and event_hour between 6 and 11 then 1 end) as morning_visits,
            count(case when counts_as = 'visit' and event_hour between 12 and 17 then 1 end) as afternoon_visits,
            count(case when counts_as = 'visit' and event_hour >= 18 then 1 end) as evening_visits
        from counted
        group by platform, source, account_id, filed_date, event_date, identity_id, identity_kind
    )

select *
from fct_identity_daily
