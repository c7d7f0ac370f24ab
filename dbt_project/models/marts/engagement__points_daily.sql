-- Grain: one row per account, day and reason for which points were given or taken away.
with
    accounts as (select source, account_id, account_name from {{ ref("dim_account") }}),

    entries as (select * from {{ ref("fct_points_entry") }}),

    points_daily as (
        select
            entries.platform,
            entries.source,
            entries.account_id,
            accounts.account_name,
            entries.booked_date as metric_date,
            entries.reason,
            coalesce(reasons.is_earned, false) as is_earned,
            cast(count(*) as bigint) as entries,
            cast(sum(entries.points) as bigint) as points
        from entries
        inner join accounts using (source, account_id)
        left join {{ ref("points_reasons") }} as reasons using (reason)
        group by
            entries.platform,
            entries.source,
            entries.account_id,
            accounts.account_name,
            entries.booked_date,
            entries.reason,
            coalesce(reasons.is_earned, false)
    )

select *
from points_daily
