-- Grain: one row per content and day as of which a file counts it since publication, outside of the days that the
-- interface tells itself.
-- is_from_zero: the content came after the account's export before, so all that it has counted since came after that.
-- is_known: the days since its observation before are told by files alone, so their difference belongs to them.
with
    told as (
        select *, record_date as metric_date, cast(published_at as date) as published_date
        from
            (
                {{
                    newest_file_rows(
                        "file_content_totals", "stg_files__content_totals", ["content_id", "record_date"]
                    )
                }}
            ) as newest_rows
    ),

    answered as (select * from {{ ref("int_files__answered_days") }} where fact = 'fct_content_daily'),

    free as (
        select told.*
        from told
        left join
            answered
            on told.source = answered.source
            and told.account = answered.account
            and told.metric_date = answered.metric_date
        where answered.metric_date is null
    ),

    export_days as (
        select
            source,
            account,
            metric_date,
            lag(metric_date) over (partition by source, account order by metric_date) as previous_date
        from (select distinct source, account, metric_date from free) as days
    ),

    placed as (
        select
            free.*,
            free.published_date >= coalesce(export_days.previous_date, free.metric_date) as is_from_zero,
            lag(free.metric_date) over (
                partition by free.source, free.account, free.content_id order by free.metric_date
            ) as previous_date
        from free
        inner join export_days using (source, account, metric_date)
    ),

    content_observations as (
        select
            placed.*,
            not exists (
                select 1
                from answered
                where
                    answered.source = placed.source
                    and answered.account = placed.account
                    and answered.metric_date < placed.metric_date
                    and answered.metric_date > coalesce(
                        placed.previous_date,
                        case when placed.is_from_zero then {{ add_days("placed.published_date", -1) }} end
                    )
            ) as is_known
        from placed
    )

select *
from content_observations
