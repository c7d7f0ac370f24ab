-- Grain: one row per day on which anybody was active on the site by an event filed on a touched day, as the served
-- snapshot has it.
-- Read before this build rewrites the identities' days: an event may have been told as of another day since.
{{ config(materialized="table") }}

{% set identity_days = as_served("fct_identity_daily") %}

{% if identity_days %}
    select distinct served.activity_date
    from {{ identity_days }} as served
    inner join
        ({{ touched_days_of("fct_web_event") }}) as touched
        on served.source = touched.source
        and served.account_id = touched.account
        and served.filed_date = touched.metric_date
{% else %} select cast(null as date) as activity_date where 1 = 0
{% endif %}
