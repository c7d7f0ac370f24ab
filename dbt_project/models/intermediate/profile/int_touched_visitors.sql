-- Grain: one row per visitor whose weeks are all rewritten, because their first week may be another one now: seen first
-- in the earliest touched week or later, and seen in a week that is not touched, as the served snapshot has it.
-- On a usual morning the touched weeks are the newest ones, and there is none.
{{ config(materialized="table") }}

{% set visitor_weeks = as_served("fct_visitor_weekly") %}
{% set touched = touched_weeks(ref("int_touched_activity_days")) %}

{% if visitor_weeks %}
    select distinct source, account_id, visitor_identity_id
    from {{ visitor_weeks }}
    where
        cohort_week >= (select min(week_start_date) from ({{ touched }}) as earliest)
        and week_start_date not in ({{ touched }})
{% else %}
    select
        cast(null as varchar) as source,
        cast(null as varchar) as account_id,
        cast(null as varchar) as visitor_identity_id
    where 1 = 0
{% endif %}
