-- Reader-days: the newest complete answers, the core fact and the mart hold the same sum, per account and day.
with
    staged as (
        select
            receipts.source,
            receipts.account as account_id,
            receipts.slice_date as metric_date,
            sum(reads.read_user) as total
        from {{ ref("int_winning_receipts") }} as receipts
        inner join
            {{ ref("stg_landing__sightings") }} as sightings using (
                source, account, resource, load_id, window_start, window_end
            )
        inner join {{ ref("stg_wechat__article_reads") }} as reads using (source, account, record_hash)
        where
            receipts.resource = 'getarticleread'
            and reads.record_date = receipts.slice_date
            and reads.reject_reason is null
        group by receipts.source, receipts.account, receipts.slice_date
    ),

    core as (
        select source, account_id, metric_date, sum(views) as total
        from {{ ref("fct_content_daily") }}
        group by source, account_id, metric_date
    ),

    marts as (
        select source, account_id, metric_date, sum(views) as total
        from {{ ref("content__performance_daily") }}
        group by source, account_id, metric_date
    )

select
    source, account_id, metric_date, staged.total as staged_total, core.total as core_total, marts.total as mart_total
from staged
full outer join core using (source, account_id, metric_date)
full outer join marts using (source, account_id, metric_date)
where coalesce(staged.total, 0) <> coalesce(core.total, 0) or coalesce(core.total, 0) <> coalesce(marts.total, 0)
