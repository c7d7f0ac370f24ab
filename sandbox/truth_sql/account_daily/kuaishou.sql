-- Grain: one row per account and day. Fans as they are at the hour of the instant, on the morning after the day.
with
    moved as (
        select account, day_at(known_at - ($as_of - day_start($last + 1)) + 86399) - 1 as day, sum(gained - lost) as net
        from ko_fans
        group by all
    ),
    daily as (
        select
            'kuaishou' as platform,
            'kuaishou' as source,
            open_id as account_id,
            day_date(day) as metric_date,
            day,
            (fans + sum(coalesce(net, 0)) over (partition by account order by day))::bigint as followers,
            coalesce(net, 0)::bigint as net_follows
        from (select account, open_id, fans, d.day from ko_account, (select range as day from range(-1, $last + 1)) d)
        left join moved using (account, day)
    )
select * exclude (day)
from daily
where day between $first and $last
order by account_id, metric_date
