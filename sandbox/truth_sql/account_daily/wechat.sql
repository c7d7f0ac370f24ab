-- Grain: one row per account and day. Followers add up all days since the epoch; reach is people, not reads.
with
    days as (
        select a.account, a.account_id, a.followers as base, d.day
        from wx_account a, (select range as day from range(0, $last + 1)) d
        where is_ready(d.day, $as_of)
    ),
    moved as (
        select account, day, sum(new) as gained, sum(cancel) as lost
        from wx_follows
        where known_at <= $as_of
        group by all
    ),
    readers as (
        select account, day, sum("first" + repeat) as people from wx_reads where known_at <= $as_of group by all
    ),
    shared as (select account, day, sum(people) as people from wx_overlaps where known_at <= $as_of group by all),
    acts as (
        select
            account,
            day,
            sum(amount) filter (kind = 0) as shares,
            sum(amount) filter (kind = 1) as likes,
            sum(amount) filter (kind = 2) as recommends,
            sum(amount) filter (kind = 3) as saves
        from wx_actions
        where known_at <= $as_of
        group by all
    ),
    written as (select account, day, count(*) as comments from wx_comment where counted_at <= $as_of group by all),
    published as (select account, publish_day as day, count(*) as contents from wx_article group by all),
    joined as (
        select
            'wechat' as platform,
            'wechat' as source,
            account_id,
            day_date(day) as metric_date,
            day,
            (base + sum(coalesce(gained, 0) - coalesce(lost, 0)) over (partition by account_id order by day))::bigint
            as followers,
            coalesce(gained, 0)::bigint as new_follows,
            coalesce(lost, 0)::bigint as lost_follows,
            (coalesce(gained, 0) - coalesce(lost, 0))::bigint as net_follows,
            (coalesce(readers.people, 0) - coalesce(shared.people, 0))::bigint as reach,
            coalesce(likes, 0)::bigint as likes,
            coalesce(recommends, 0)::bigint as recommends,
            coalesce(comments, 0)::bigint as comments,
            coalesce(shares, 0)::bigint as shares,
            coalesce(saves, 0)::bigint as saves,
            coalesce(contents, 0)::bigint as contents_published
        from days
        left join moved using (account, day)
        left join readers using (account, day)
        left join shared using (account, day)
        left join acts using (account, day)
        left join written using (account, day)
        left join published using (account, day)
    )
select * exclude (day)
from joined
where day between $first and $last
order by account_id, metric_date
