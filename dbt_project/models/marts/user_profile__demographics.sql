-- Grain: one row per account, day of the snapshot, dimension and item of it: aggregates of platforms that tell of no
-- person.
-- Items with fewer people than the minimum are suppressed; alone they would follow from the others, so the next
-- smallest goes too.
with
    audience as (select * from {{ ref("fct_audience_daily") }}),

    ranked as (
        select
            *,
            people < {{ var("audience_minimum") }} as is_small,
            row_number() over (
                partition by source, account_id, snapshot_date, dimension order by people nulls last, item
            ) as place,
            count(case when people < {{ var("audience_minimum") }} then 1 end) over (
                partition by source, account_id, snapshot_date, dimension
            ) as small_items
        from audience
    ),

    judged as (select *, coalesce(is_small, false) or (small_items = 1 and place = 2) as is_suppressed from ranked),

    demographics as (
        select
            judged.platform,
            judged.source,
            judged.account_id,
            accounts.account_name,
            judged.snapshot_date,
            judged.dimension,
            judged.item,
            case when not judged.is_suppressed then judged.people end as people,
            case when not judged.is_suppressed then judged.share end as share,
            judged.is_suppressed
        from judged
        inner join {{ ref("dim_account") }} as accounts using (source, account_id)
    )

select *
from demographics
