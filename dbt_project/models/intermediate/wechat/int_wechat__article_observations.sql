-- Grain: one row per Official Account, article and stat_date: the newest sighting in a complete answer.
-- Holds every observation of each article that a touched day can concern, because a difference needs the one before.
-- Every answer goes back to the publication, so the first observation counts from zero.
with
    touched as (
        select account, min(metric_date) as first_date, max(metric_date) as last_date
        from {{ ref("int_touched_days") }}
        where fact = 'fct_content_daily' and source = 'wechat'
        group by account
    ),

    reach_back as (
        select max(touches_days) as days
        from {{ ref("landing_feeds") }}
        where fact = 'fct_content_daily' and resource = 'getarticletotaldetail'
    ),

    sightings as ({{ wanted_sightings("wechat", "getarticletotaldetail", answered=true) }}),

    details as (
        select details.*
        from {{ ref("stg_wechat__article_details") }} as details
        inner join touched using (account)
        cross join reach_back
        where
            details.reject_reason is null
            and details.record_date
            between {{ add_days("touched.first_date", "-1 * reach_back.days") }} and touched.last_date
            and details.stat_date
            between details.record_date and {{ add_days("details.record_date", "reach_back.days") }}
    ),

    keyed as (
        select
            details.account,
            details.content_id,
            details.stat_date,
            details.record_hash,
            sightings.fetched_at,
            sightings.load_id
        from sightings
        inner join
            details
            on sightings.account = details.account
            and sightings.record_hash = details.record_hash
            and cast(sightings.window_start as date) = details.record_date
    ),

    ranked as (
        select
            account,
            record_hash,
            row_number() over (
                partition by account, content_id, stat_date order by fetched_at desc, load_id desc, record_hash
            ) as newest
        from keyed
    ),

    observations as (
        select details.*, details.stat_date as metric_date, details.record_date as published_date, true as is_from_zero
        from details
        inner join ranked using (account, record_hash)
        where ranked.newest = 1
    )

select *
from observations
