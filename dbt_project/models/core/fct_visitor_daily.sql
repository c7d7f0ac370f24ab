-- Grain: one row per source, account, day of filing, day and visitor of the site who did anything.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_touched(day='filed_date', fact='fct_web_event') }}",
    )
}}

with
    touched as ({{ touched_days_of("fct_web_event") }}),

    fct_visitor_daily as (
        select
            events.platform,
            events.source,
            events.account_id,
            events.filed_date,
            events.event_date,
            events.visitor_identity_id,
            cast(count(*) as bigint) as events
        from {{ ref("fct_web_event") }} as events
        inner join
            touched
            on events.source = touched.source
            and events.account_id = touched.account
            and events.filed_date = touched.metric_date
        where events.visitor_identity_id is not null
        group by
            events.platform,
            events.source,
            events.account_id,
            events.filed_date,
            events.event_date,
            events.visitor_identity_id
    )

select *
from fct_visitor_daily
