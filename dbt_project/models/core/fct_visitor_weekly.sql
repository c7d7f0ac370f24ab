-- Grain: one row per source, account, week and visitor of the site who did anything in it.
-- A build rewrites the touched weeks of everybody, and every week of visitors whose first one may have changed. The
-- others keep their first week: it lies before all that is touched.
-- depends_on: {{ ref("int_touched_activity_days") }}, {{ ref("int_touched_visitors") }}
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook=[
            "{{ delete_touched_weeks() }}",
            "{{ delete_named_by('int_touched_visitors', {'source': 'source', 'account_id': 'account_id', 'visitor_identity_id': 'visitor_identity_id'}) }}",
        ],
    )
}}

{% set visitor = ["source", "account_id", "visitor_identity_id"] %}

{# in the text of each use: what several parts read, the engine first makes whole #}
{% set visitor_days %}
    (
        select
            platform,
            source,
            account_id,
            identity_id as visitor_identity_id,
            activity_date,
            cast(date_trunc('week', activity_date) as date) as week_start_date
        from {{ ref("fct_identity_daily") }}
        where identity_kind = 'visitor'
    ) as visitor_days
{% endset %}

with
    rewritten_days as (
        select *
        from {{ visitor_days }}
        {% if is_incremental() %}
            where activity_date in ({{ days_of_touched_weeks(ref("int_touched_activity_days")) }})
            union all
            select visitor_days.*
            from {{ visitor_days }}
            inner join {{ ref("int_touched_visitors") }} as touched using ({{ visitor | join(", ") }})
            where visitor_days.week_start_date not in ({{ touched_weeks(ref("int_touched_activity_days")) }})
        {% endif %}
    ),

    weeks as (
        select platform, {{ visitor | join(", ") }}, week_start_date, max(activity_date) as last_seen_date
        from rewritten_days
        group by platform, {{ visitor | join(", ") }}, week_start_date
    ),

    cohorts as (
        select {{ visitor | join(", ") }}, min(week_start_date) as cohort_week
        from
            (
                select {{ visitor | join(", ") }}, week_start_date
                from weeks
                {% if is_incremental() %}
                    union all
                    select {{ visitor | join(", ") }}, week_start_date
                    from {{ this }}
                    where
                        week_start_date = cohort_week and visitor_identity_id in (select visitor_identity_id from weeks)
                {% endif %}
            ) as known
        group by {{ visitor | join(", ") }}
    ),

    fct_visitor_weekly as (
        select
            weeks.platform,
            weeks.source,
            weeks.account_id,
            weeks.week_start_date,
            weeks.visitor_identity_id,
            weeks.last_seen_date,
            cohorts.cohort_week
        from weeks
        inner join cohorts using ({{ visitor | join(", ") }})
    )

select *
from fct_visitor_weekly
