-- Grain: one row per comment, as last seen by the interface, else by a file. A comment that vanished stays, with the
-- time it was last seen.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_named_by('int_touched_comments', {'source': 'source', 'account': 'account_id', 'comment_id': 'comment_id'}) }}",
    )
}}

with
    touched as (select * from {{ ref("int_touched_comments") }}),

    versions as (
        select comments.*
        from {{ ref("int_comments") }} as comments
        inner join touched using (source, account, comment_id)
    ),

    wanted as ({{ wanted_loads() }}),

    sightings as (
        select
            sightings.source,
            sightings.account,
            sightings.record_hash,
            sightings.fetched_at,
            sightings.load_id,
            feeds.is_asked
        from {{ ref("stg_landing__sightings") }} as sightings
        inner join wanted using (source, account, resource, load_id)
        inner join {{ ref("int_landing_feeds") }} as feeds using (source, resource)
        where feeds.fact = 'fct_comment' and sightings.record_hash is not null
    ),

    seen as (
        select
            versions.*,
            min(sightings.fetched_at) over (partition by source, account, comment_id) as first_fetched_at,
            max(sightings.fetched_at) over (partition by source, account, comment_id) as last_fetched_at,
            row_number() over (
                partition by source, account, comment_id
                order by
                    sightings.is_asked desc,
                    versions.exported_at desc,
                    sightings.fetched_at desc,
                    sightings.load_id desc,
                    record_hash
            ) as newest
        from versions
        inner join sightings using (source, account, record_hash)
    ),

    fct_comment as (
        select
            sources.platform,
            seen.source,
            seen.account as account_id,
            seen.comment_id,
            seen.content_id,
            seen.campaign_id,
            seen.ad_id,
            sources.platform || ':' || seen.identity as author_identity_id,
            seen.commented_at,
            cast(seen.commented_at as date) as comment_date,
            seen.comment_text,
            seen.likes,
            seen.replies,
            seen.is_featured,
            seen.is_hidden,
            seen.platform_emotion,
            seen.replied_at,
            seen.reply_text,
            {{ business_time_from_utc("seen.first_fetched_at") }} as first_seen_at,
            {{ business_time_from_utc("seen.last_fetched_at") }} as last_seen_at
        from seen
        inner join {{ ref("sources") }} as sources using (source)
        where seen.newest = 1
    )

select *
from fct_comment
