-- Grain: one row per advertiser, day, dimension and item: the share of the day's impressions.
with
    shown as (
        select account_id, day, gender, age, impressions
        from ks_audience
        join ks_cell using (cell)
        join ks_account using (account)
        where known_at <= $as_of and day between $first and $last
    ),
    parts as (
        select account_id, day, 'gender' as dimension, gender as item, impressions
        from shown
        union all
        select account_id, day, 'age', age, impressions
        from shown
    ),
    summed as (select account_id, day, dimension, item, sum(impressions) as impressions from parts group by all)
select
    'kuaishou' as platform,
    'kuaishou_ads' as source,
    account_id,
    day_date(day) as snapshot_date,
    dimension,
    item,
    (impressions / nullif(sum(impressions) over whole, 0))::decimal(9, 5) as share
from summed
window whole as (partition by account_id, day, dimension)
qualify sum(impressions) over whole > 0
order by account_id, snapshot_date, dimension, item
