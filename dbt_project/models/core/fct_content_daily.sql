-- Grain: one row per content and day on which any answer speaks of it.
{{ config(materialized="incremental", incremental_strategy="append", pre_hook="{{ delete_touched() }}") }}

with
    content_daily as ({{ union_conformed("content_daily") }}),

    fct_content_daily as (
        select
            sources.platform,
            {{ canonical_select("content_daily", {"is_correction": "coalesce(content_daily.is_correction, false)"}) }}
        from content_daily
        inner join {{ ref("sources") }} as sources using (source)
    )

select *
from fct_content_daily
