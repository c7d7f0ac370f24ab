-- Grain: one row per source, account, week and visitor of the site who did anything in it.
-- depends_on: {{ ref("int_touched_activity_days") }}
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_touched_weeks() }}",
    )
}}

with
    visitor_days as (
        select *, cast(date_trunc('week', activity_date) as date) as week_start_date
        from {{ ref("fct_identity_daily") }}
        where identity_kind = 'visitor'
    ),

    fct_visitor_weekly as (
        select
            platform,
            source,
            account_id,
            week_start_date,
            identity_id as visitor_identity_id,
            max(activity_date) as last_seen_date
        from visitor_days
        {% if is_incremental() %} where week_start_date in ({{ touched_weeks() }}) {% endif %}
        group by platform, source, account_id, week_start_date, identity_id
    )

select *
from fct_visitor_weekly
