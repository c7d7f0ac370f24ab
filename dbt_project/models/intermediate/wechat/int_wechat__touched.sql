-- Grain: one row per account and day on which an article was read or shared whose details came or went: the age of an
-- article comes from them.
with
    pending_articles as (
        select distinct details.account, details.content_id
        from {{ ref("stg_wechat__article_details") }} as details
        inner join
            {{ ref("int_pending_windows") }} as windows
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

    touched as (
        select distinct 'fct_content_daily' as fact, 'wechat' as source, account, metric_date
        from article_days
        inner join pending_articles using (account, content_id)
    )

select *
from touched
