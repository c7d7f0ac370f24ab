-- Grain: one row per fact, source, account and day that this build has to rewrite.
-- A load that came or went touches the days of its windows, and as many days after them as the seed landing_feeds
-- says; a load of
-- article details also touches every day on which its articles were read or shared, because the age of an article
-- comes from them.
{{ config(materialized="table") }}

with
    pending_loads as ({{ pending_loads() }}),

    pending_windows as (
        select distinct source, account, resource, sightings.window_start, sightings.window_end
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join pending_loads using (source, account, resource, load_id)
    ),

    feeds as (
        select source, resource, fact, touches_days
        from {{ ref("landing_feeds") }}
        union all
        select source, resource, 'record_counts', 0
        from {{ ref("landing_resources") }}
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

    pending_articles as (
        select distinct details.account, details.content_id
        from {{ ref("stg_wechat__article_details") }} as details
        inner join
            pending_windows as windows
            on windows.source = 'wechat'
            and windows.resource = 'getarticletotaldetail'
            and details.account = windows.account
            and details.record_date >= cast(windows.window_start as date)
            and details.record_date < cast(windows.window_end as date)
    ),

    article_days as (
        select account, content_id, record_date as metric_date
        from {{ ref("stg_wechat__article_reads") }}
        where reject_reason is null
        union all
        select account, content_id, record_date
        from {{ ref("stg_wechat__article_shares") }}
        where reject_reason is null
    ),

    touched_days as (
        select fact, source, account, metric_date
        from span_days
        union
        select 'fct_content_daily', 'wechat', account, metric_date
        from article_days
        inner join pending_articles using (account, content_id)
    )

select *
from touched_days
