-- Grain: one row per account of the site, day of filing, hour, event type and name, and origin of it. Sums of
-- fct_web_event, so that nothing that counts visits reads every event again.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_touched(day='filed_date', fact='fct_web_event') }}",
    )
}}

{% set keys = [
    "platform",
    "source",
    "account_id",
    "filed_date",
    "event_date",
    "event_hour",
    "event_type",
    "event_name",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
] %}

with
    touched as ({{ touched_days_of("fct_web_event") }}),

    named as (
        select events.*, cast(extract(hour from events.event_at) as bigint) as event_hour
        from {{ ref("fct_web_event") }} as events
        inner join
            touched
            on events.source = touched.source
            and events.account_id = touched.account
            and events.filed_date = touched.metric_date
    ),

    fct_web_event_hourly as (
        select
            {{ keys | join(", ") }},
            cast(count(*) as bigint) as events,
            cast(coalesce(sum(event_value), 0) as decimal(20, 5)) as event_value
        from named
        group by {{ keys | join(", ") }}
    )

select *
from fct_web_event_hourly
