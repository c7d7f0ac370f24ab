-- Likes: the days of the core fact and those of the mart give the same sum; for WeChat, the counter of the article at
-- its last observed day does too, unless files tell of it as well.
with
    wanted as (
        select source, account, resource, load_id
        from {{ source("control", "loads") }}
        where change in ('kept', 'added')
    ),

    answered as (
        select distinct source, account, resource, load_id, window_start, window_end
        from {{ ref("stg_landing__sightings") }}
        inner join wanted using (source, account, resource, load_id)
        where record_hash is null and resource = 'getarticletotaldetail'
    ),

    seen as (
        select
            details.source,
            details.account,
            details.content_id,
            details.like_user,
            row_number() over (
                partition by details.source, details.account, details.content_id
                order by details.stat_date desc, sightings.fetched_at desc, sightings.load_id desc, details.record_hash
            ) as newest
        from answered
        inner join
            {{ ref("stg_landing__sightings") }} as sightings using (
                source, account, resource, load_id, window_start, window_end
            )
        inner join {{ ref("stg_wechat__article_details") }} as details using (source, account, record_hash)
        where details.reject_reason is null and details.like_user is not null
    ),

    staged as (select source, account as account_id, content_id, like_user as total from seen where newest = 1),

    core as (
        select source, account_id, content_id, sum(likes) as total
        from {{ ref("fct_content_daily") }}
        group by source, account_id, content_id
        having sum(likes) is not null
    ),

    marts as (
        select source, account_id, content_id, sum(likes) as total
        from {{ ref("content__performance_daily") }}
        group by source, account_id, content_id
        having sum(likes) is not null
    ),
    exported as (select distinct source, account as account_id, content_id from {{ ref("stg_files__content_totals") }})

select source, account_id, content_id, staged.total as staged_total, core.total as core_total, marts.total as mart_total
from staged
full outer join core using (source, account_id, content_id)
full outer join marts using (source, account_id, content_id)
left join exported using (source, account_id, content_id)
where
    core.total is distinct from marts.total
    or (source = 'wechat' and exported.source is null and staged.total is distinct from core.total)
