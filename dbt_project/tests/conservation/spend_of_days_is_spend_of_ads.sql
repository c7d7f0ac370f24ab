-- The dense spend of an account is the spend of its ads, and the month to date is the sum of its days.
with
    ads as (
        select source, account_id, metric_date, sum(spend_amount) as spend_amount
        from {{ ref("roi__ads_daily") }}
        group by source, account_id, metric_date
    ),

    days as (
        select
            *,
            sum(coalesce(spend_amount, 0)) over (
                partition by source, account_id, extract(year from metric_date), extract(month from metric_date)
                order by metric_date
            ) as month_to_date
        from {{ ref("roi__spend_daily") }}
    )

select
    source, account_id, metric_date, ads.spend_amount as ads_spend, days.spend_amount, days.spend_month_to_date_amount
from ads
full outer join days using (source, account_id, metric_date)
where
    coalesce(ads.spend_amount, 0) <> coalesce(days.spend_amount, 0)
    or days.spend_month_to_date_amount is distinct from days.month_to_date
