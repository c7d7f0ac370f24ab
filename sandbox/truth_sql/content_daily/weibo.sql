-- Grain: one row per post and day of its first 30, as a collection at 10:00 of the next morning counts it.
with
    grid as (
        select
            p.account,
            p.number,
            p.id,
            p.publish_day,
            d.day,
            day_start(d.day + 1) + 36000 as asked,
            case when d.day > p.publish_day then day_start(d.day) + 36000 else 0 end as asked_before
        from wb_post p, (select range as day from range(greatest($first, 0), $last + 1)) d
        where
            d.day between p.publish_day and p.publish_day + 29
            and day_start(d.day + 1) + 36000 <= $as_of
            and (p.deleted_at is null or p.deleted_at > day_start(d.day + 1) + 36000)
    ),
    counted as (
        select
            grid.account,
            grid.id,
            grid.publish_day,
            grid.day,
            coalesce(sum(amount) filter (kind = 0), 0) as reposts,
            coalesce(sum(amount) filter (kind = 1), 0) as comments,
            coalesce(sum(amount) filter (kind = 2), 0) as likes,
            coalesce(sum(amount) filter (kind = 0 and known_at <= asked_before), 0) as reposts_before,
            coalesce(sum(amount) filter (kind = 1 and known_at <= asked_before), 0) as comments_before,
            coalesce(sum(amount) filter (kind = 2 and known_at <= asked_before), 0) as likes_before
        from grid
        left join wb_count c on c.account = grid.account and c.post = grid.number and c.known_at <= grid.asked
        group by all
    )
select
    'weibo' as platform,
    'weibo' as source,
    account_id,
    id::varchar as content_id,
    day_date(day) as metric_date,
    (day - publish_day)::bigint as age_days,
    (likes - likes_before)::bigint as likes,
    (comments - comments_before)::bigint as comments,
    (reposts - reposts_before)::bigint as shares,
    likes::bigint as likes_to_date,
    comments::bigint as comments_to_date,
    reposts::bigint as shares_to_date,
    least(likes - likes_before, comments - comments_before, reposts - reposts_before) < 0 as is_correction
from counted
join wb_account using (account)
order by account_id, content_id, metric_date
