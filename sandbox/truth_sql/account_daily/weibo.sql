-- Grain: one row per account and day, as a collection at 10:00 of the next morning finds it.
with
    days as (
        select a.account, a.account_id, a.followers as base, d.day, day_start(d.day + 1) + 36000 as asked
        from wb_account a, (select range as day from range(0, $last + 1)) d
        where day_start(d.day + 1) + 36000 <= $as_of
    ),
    counted as (
        select account_id, days.day, any_value(base) + coalesce(sum(amount), 0) as followers
        from days
        left join wb_follow f on f.account = days.account and f.known_at <= asked
        group by all
    )
select
    'weibo' as platform,
    'weibo' as source,
    account_id,
    day_date(day) as metric_date,
    followers::bigint as followers,
    (followers - lag(followers) over (partition by account_id order by day))::bigint as net_follows
from counted
qualify day between $first and $last
order by account_id, metric_date
