-- Grain: one row per account, day of the snapshot, dimension and item of it.
-- depends_on: {{ ref("int_touched_days") }}
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        on_schema_change="fail",
        pre_hook="{{ delete_touched(day='snapshot_date') }}",
    )
}}

with
    audience as ({{ union_conformed("audience") }}),

    fct_audience_daily as (
        select sources.platform, audience.* from audience inner join {{ ref("sources") }} as sources using (source)
    )

select *
from fct_audience_daily
