-- Spend: the rows of the newest complete answers, the core fact and the mart hold the same sum, per account and day.
with
    staged as (
        select
            receipts.source,
            receipts.account as account_id,
            receipts.slice_date as metric_date,
            sum(reports.stat_cost) as total
        from {{ ref("int_winning_receipts") }} as receipts
        inner join
            {{ ref("stg_landing__sightings") }} as sightings using (
                source, account, resource, load_id, window_start, window_end
            )
        inner join {{ ref("stg_oceanengine__reports") }} as reports using (source, account, record_hash)
        where
            receipts.resource = 'report_custom'
            and reports.record_date = receipts.slice_date
            and reports.reject_reason is null
        group by receipts.source, receipts.account, receipts.slice_date
    ),

    core as (
        select source, account_id, metric_date, sum(spend_amount) as total
        from {{ ref("fct_ad_daily") }}
        group by source, account_id, metric_date
    ),

    marts as (
        select source, account_id, metric_date, sum(spend_amount) as total
        from {{ ref("roi__ads_daily") }}
        group by source, account_id, metric_date
    )

select
    source, account_id, metric_date, staged.total as staged_total, core.total as core_total, marts.total as mart_total
from staged
full outer join core using (source, account_id, metric_date)
full outer join marts using (source, account_id, metric_date)
where staged.total is distinct from core.total or core.total is distinct from marts.total
