-- Grain: one row per account, day and way in which people followed. A code that the seed does not know stays as it is.
{{ config(materialized="incremental", incremental_strategy="append", pre_hook="{{ delete_touched() }}") }}

with
    follower_sources as ({{ union_conformed("follower_sources") }}),

    fct_follower_source_daily as (
        select
            sources.platform,
            follower_sources.source,
            follower_sources.account_id,
            follower_sources.metric_date,
            follower_sources.follow_source_code,
            coalesce(names.follow_source, follower_sources.follow_source_code) as follow_source,
            follower_sources.new_follows,
            follower_sources.lost_follows
        from follower_sources
        inner join {{ ref("sources") }} as sources using (source)
        left join
            {{ ref("follow_sources") }} as names
            on follower_sources.source = names.source
            and follower_sources.follow_source_code = names.code
    )

select *
from fct_follower_source_daily
