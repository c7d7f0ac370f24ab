-- Grain: one row per source, account, day of filing, browser and member seen together on the site.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_touched(day='filed_date', fact='fct_web_event') }}",
    )
}}

with
    touched as ({{ touched_days_of("fct_web_event") }}),

    fct_identity_pair_daily as (
        select
            events.platform,
            events.source,
            events.account_id,
            events.filed_date,
            events.visitor_identity_id,
            events.user_identity_id,
            min(events.event_at) as first_seen_at
        from {{ ref("fct_web_event") }} as events
        inner join
            touched
            on events.source = touched.source
            and events.account_id = touched.account
            and events.filed_date = touched.metric_date
        where events.visitor_identity_id is not null and events.user_identity_id is not null
        group by
            events.platform,
            events.source,
            events.account_id,
            events.filed_date,
            events.visitor_identity_id,
            events.user_identity_id
    )

select *
from fct_identity_pair_daily
