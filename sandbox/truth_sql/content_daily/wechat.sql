-- Grain: one row per article and day. Counters end with the detail days; later days know reads and shares only.
with
    reads as (
        select account, article, day, sum("first")::bigint as firsts, sum(repeat)::bigint as repeats
        from wx_reads
        where known_at <= $as_of
        group by all
    ),
    acts as (
        select
            account,
            article,
            day,
            coalesce(sum(amount) filter (kind = 0), 0) as shares,
            coalesce(sum(amount) filter (kind = 1), 0) as likes,
            coalesce(sum(amount) filter (kind = 2), 0) as recommends,
            coalesce(sum(amount) filter (kind = 3), 0) as saves,
            coalesce(sum(amount) filter (kind = 4), 0) as follows,
            coalesce(sum(amount) filter (kind = 5), 0) as reward
        from wx_actions
        where known_at <= $as_of
        group by all
    ),
    taken as (
        select
            account,
            article,
            day,
            coalesce(sum(amount) filter (metric = 0), 0) as shares,
            coalesce(sum(amount) filter (metric = 1), 0) as likes,
            coalesce(sum(amount) filter (metric = 2), 0) as recommends,
            coalesce(sum(amount) filter (metric = 3), 0) as saves,
            coalesce(sum(amount) filter (metric = 9), 0) as readers
        from wx_cleanups
        where known_at <= $as_of
        group by all
    ),
    written as (
        select account, article, day, count(*) as comments from wx_comment where counted_at <= $as_of group by all
    ),
    watched as (
        select account, article, day, sum(finishers) as finishers, sum(seconds) as seconds
        from wx_attention
        where known_at <= $as_of
        group by all
    ),
    grid as (
        select a.account, a.number as article, a.msgid, publish_day, d.day, d.day - publish_day as age_days
        from wx_article a, (select range as day from range(0, $last + 1)) d
        where d.day between publish_day and publish_day + 80 and is_ready(d.day, $as_of)
    ),
    daily as (
        select
            grid.*,
            coalesce(firsts, 0) + coalesce(repeats, 0) as people,
            coalesce(firsts, 0) - coalesce(t.readers, 0) as new_readers,
            coalesce(a.shares, 0) as shared,
            coalesce(a.shares, 0) - coalesce(t.shares, 0) as shares,
            coalesce(a.likes, 0) - coalesce(t.likes, 0) as likes,
            coalesce(a.recommends, 0) - coalesce(t.recommends, 0) as recommends,
            coalesce(comments, 0) as comments,
            coalesce(a.saves, 0) - coalesce(t.saves, 0) as saves,
            coalesce(follows, 0) as follows,
            coalesce(reward, 0) as reward,
            coalesce(finishers, 0) as finishers,
            coalesce(seconds, 0) as seconds
        from grid
        left join reads r using (account, article, day)
        left join acts a using (account, article, day)
        left join taken t using (account, article, day)
        left join written using (account, article, day)
        left join watched using (account, article, day)
    ),
    summed as (
        select
            *,
            age_days < detail_days() as is_detailed,
            sum(new_readers) over upto as readers_to_date,
            sum(likes) over upto as likes_sum,
            sum(recommends) over upto as recommends_sum,
            sum(comments) over upto as comments_sum,
            sum(shares) over upto as shares_sum,
            sum(saves) over upto as saves_sum,
            sum(follows) over upto as follows_sum,
            sum(reward) over upto as reward_sum,
            sum(finishers) over upto as finishers_sum,
            sum(seconds) over upto as seconds_sum
        from daily
        window upto as (partition by account, article order by day)
    )
select
    'wechat' as platform,
    'wechat' as source,
    account_id,
    msgid as content_id,
    day_date(day) as metric_date,
    age_days::integer as age_days,
    people::bigint as views,
    people::bigint as reach,
    case when is_detailed then likes::bigint end as likes,
    case when is_detailed then recommends::bigint end as recommends,
    case when is_detailed then comments::bigint end as comments,
    case when is_detailed then shares::bigint else shared::bigint end as shares,
    case when is_detailed then saves::bigint end as saves,
    case when is_detailed then follows::bigint end as new_follows,
    case when is_detailed then (reward::decimal(20, 5) / 100)::decimal(20, 5) end as reward_amount,
    'CNY' as currency,
    case when is_detailed then readers_to_date::bigint end as reach_to_date,
    case when is_detailed then likes_sum::bigint end as likes_to_date,
    case when is_detailed then recommends_sum::bigint end as recommends_to_date,
    case when is_detailed then comments_sum::bigint end as comments_to_date,
    case when is_detailed then shares_sum::bigint end as shares_to_date,
    case when is_detailed then saves_sum::bigint end as saves_to_date,
    case when is_detailed then follows_sum::bigint end as new_follows_to_date,
    case when is_detailed then (reward_sum::decimal(20, 5) / 100)::decimal(20, 5) end as reward_amount_to_date,
    case
        when is_detailed
        then (coalesce(scaled(finishers_sum, readers_to_date, 10000), 0)::decimal(18, 4) / 10000)::decimal(9, 4)
    end as finish_rate_to_date,
    case
        when is_detailed
        then (coalesce(scaled(seconds_sum, 60 * readers_to_date, 100), 0)::decimal(18, 2) * 60 / 100)::decimal(9, 2)
    end as average_view_seconds_to_date,
    is_detailed and least(new_readers, likes, recommends, shares, saves) < 0 as is_correction
from summed
join wx_account using (account)
where day between $first and $last and (is_detailed or people > 0 or shared > 0)
order by account_id, content_id, metric_date
