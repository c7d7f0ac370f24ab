-- Grain: one row per fact, source, account and day that this build has to rewrite.
-- A load that came or went touches the days of its windows, and as many days after them as the seed landing_feeds
-- says; what else it touches is said by the models int_<source>__touched.
{{ config(materialized="table", post_hook=after_commit("{{ note_rewritten_days() }}")) }}

with
    pending_windows as (select * from {{ ref("int_pending_windows") }}),

    feeds as (
        select source, resource, fact, touches_days
        from {{ ref("int_landing_feeds") }}
        union all
        select source, resource, 'record_counts', 0
        from {{ ref("int_landing_resources") }}
    ),

    spans as (
        select
            feeds.fact,
            windows.source,
            windows.account,
            windows.window_start,
            windows.window_end + interval 1 day * feeds.touches_days as touched_end
        from pending_windows as windows
        inner join feeds using (source, resource)
    ),

    span_days as (
        select fact, source, account, cast({{ slices("window_start", "touched_end", "'day'") }} as date) as metric_date
        from spans
    ),

    told_by_sources as ({{ union_conformed("touched") }}),

    touched_days as (
        select fact, source, account, metric_date
        from span_days
        union
        select fact, source, account, metric_date
        from told_by_sources
    )

select *
from touched_days
