-- Grain: one row per video and day: what came between two looks, at the hour of the instant on the mornings of the day
-- and after it. A video counts from its own day on, once it is out of review, until it is deleted.
with
    counted as (
        select
            account,
            photo as number,
            day_at(known_at - ($as_of - day_start($last + 1)) + 86399) - 1 as day,
            sum(views) as views,
            sum(likes) as likes,
            sum(comments) as comments
        from ko_counts
        group by all
    ),
    seen as (
        select
            account, number, photo_id, publish_day, d.day, min(d.day) over (partition by account, number) as first_day
        from ko_photo, (select range as day from range(0, $last + 1)) d
        where
            d.day >= publish_day
            and reviewed_at <= day_start(d.day + 1) + $as_of - day_start($last + 1)
            and (deleted_at is null or deleted_at > day_start(d.day + 1) + $as_of - day_start($last + 1))
    ),
    daily as (
        select
            seen.account,
            seen.number,
            photo_id,
            publish_day,
            seen.day,
            first_day,
            coalesce(sum(views), 0) as views,
            coalesce(sum(likes), 0) as likes,
            coalesce(sum(comments), 0) as comments
        from seen
        left join
            counted
            on counted.account = seen.account
            and counted.number = seen.number
            and (counted.day = seen.day or (seen.day = first_day and counted.day < seen.day))
        group by all
    ),
    summed as (
        select
            *,
            sum(views) over upto as views_sum,
            sum(likes) over upto as likes_sum,
            sum(comments) over upto as comments_sum
        from daily
        window upto as (partition by account, number order by day)
    )
select
    'kuaishou' as platform,
    'kuaishou' as source,
    open_id as account_id,
    photo_id as content_id,
    day_date(day) as metric_date,
    (day - publish_day)::integer as age_days,
    views::bigint as views,
    likes::bigint as likes,
    comments::bigint as comments,
    views_sum::bigint as views_to_date,
    likes_sum::bigint as likes_to_date,
    comments_sum::bigint as comments_to_date,
    least(views, likes, comments) < 0 as is_correction
from summed
join ko_account using (account)
where day between $first and $last
order by account_id, content_id, metric_date
