-- Grain: one row per identity and its kind, seen on the site by an event filed on a touched day, as the served snapshot
-- has it: the first and last time on those days.
-- Read before this build rewrites the identities' days.
{{ config(materialized="table") }}

{% set identity_days = as_served("fct_identity_daily") %}

{% if identity_days %} {{ identity_spans(identity_days, touched_days_of("fct_web_event")) }}
{% else %}
    select
        cast(null as varchar) as platform,
        cast(null as varchar) as identity_id,
        cast(null as varchar) as identity_kind,
        cast(null as timestamp) as first_seen_at,
        cast(null as timestamp) as last_seen_at
    where 1 = 0
{% endif %}
