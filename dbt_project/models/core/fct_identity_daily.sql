-- Grain: one row per source, account, day of filing, day of activity and identity seen on the site.
-- The state that persons are folded from: a merge, a consent or a restated day rewrites the days it touches and no
-- other.
-- An event counts for its strongest identity, the member before the browser, so that nothing counts twice in a person.
-- depends_on: {{ ref("int_served_activity_days") }}, {{ ref("int_served_identity_spans") }}
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_touched(day='filed_date', fact='fct_web_event') }}",
    )
}}

{% set keys = ["platform", "source", "account_id", "filed_date", "activity_date", "identity_id", "identity_kind"] %}
{% set visits = [
    ("visits", "act = 'visit'"),
    ("page_views", "act = 'page_view'"),
    ("paid_visits", "act = 'visit' and utm_medium = 'cpc'"),
    ("social_visits", "act = 'visit' and utm_medium = 'social'"),
    ("search_visits", "act = 'visit' and utm_medium = 'organic'"),
    ("direct_visits", "act = 'visit' and utm_medium is null"),
    ("mobile_visits", "act = 'visit' and device_type = 'mobile'"),
    ("desktop_visits", "act = 'visit' and device_type = 'desktop'"),
    ("mini_program_visits", "act = 'visit' and device_type = 'mini_program'"),
    ("night_visits", "act = 'visit' and event_hour < 6"),
    ("morning_visits", "act = 'visit' and event_hour between 6 and 11"),
    ("afternoon_visits", "act = 'visit' and event_hour between 12 and 17"),
    ("evening_visits", "act = 'visit' and event_hour >= 18"),
] %}

with
    touched as ({{ touched_days_of("fct_web_event") }}),

    events as (
        select
            events.platform,
            events.source,
            events.account_id,
            events.filed_date,
            events.event_date as activity_date,
            events.event_at,
            events.session_id,
            events.utm_medium,
            events.device_type,
            events.user_identity_id,
            events.visitor_identity_id,
            types.interaction,
            extract(hour from events.event_at) as event_hour
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

    counted as (select *, case when is_acting then interaction end as act from acting),

    -- by session first: the sessions are then counted as rows, not kept as a set per identity
    by_session as (
        select
            {{ keys | join(", ") }},
            session_id,
            min(event_at) as first_seen_at,
            max(event_at) as last_seen_at,
            {% for name, condition in visits %}
                count(case when {{ condition }} then 1 end) as {{ name }}{% if not loop.last %},{% endif %}
            {% endfor %}
        from counted
        group by {{ keys | join(", ") }}, session_id
    ),

    fct_identity_daily as (
        select
            {{ keys | join(", ") }},
            min(first_seen_at) as first_seen_at,
            max(last_seen_at) as last_seen_at,
            count(case when visits > 0 then session_id end) as sessions,
            {% for name, condition in visits %}
                cast(sum({{ name }}) as bigint) as {{ name }}{% if not loop.last %},{% endif %}
            {% endfor %}
        from by_session
        group by {{ keys | join(", ") }}
    )

select *
from fct_identity_daily
