-- Grain: one row per account and day that the platform shows. Fans add up all days since the epoch; visitors are people.
with
    fans as (
        select
            account,
            day,
            min(known_at) as shown_at,
            sum(gained) filter (known_at <= $as_of) as gained,
            sum(lost) filter (known_at <= $as_of) as lost,
            sum(visitors) filter (known_at <= $as_of) as visitors
        from dy_fans
        group by all
    ),
    played as (select account, day, sum(plays) as plays from dy_plays where known_at <= $as_of group by all),
    acts as (
        select
            account,
            day,
            sum(amount) filter (kind = 0) as likes,
            sum(amount) filter (kind = 1) as comments,
            sum(amount) filter (kind = 2) as shares
        from dy_actions
        where known_at <= $as_of
        group by all
    ),
    published as (select account, publish_day as day, count(*) as contents from dy_video group by all),
    joined as (
        select
            'douyin' as platform,
            'douyin' as source,
            open_id as account_id,
            day_date(day) as metric_date,
            day,
            (followers + sum(gained - lost) over (partition by account order by day))::bigint as followers,
            gained::bigint as new_follows,
            lost::bigint as lost_follows,
            (gained - lost)::bigint as net_follows,
            coalesce(plays, 0)::bigint as views,
            visitors::bigint as profile_views,
            coalesce(likes, 0)::bigint as likes,
            coalesce(comments, 0)::bigint as comments,
            coalesce(shares, 0)::bigint as shares,
            coalesce(contents, 0)::bigint as contents_published
        from fans
        join dy_account using (account)
        left join played using (account, day)
        left join acts using (account, day)
        left join published using (account, day)
        where shown_at <= $as_of
    )
select * exclude (day)
from joined
where day between $first and $last
order by account_id, metric_date
