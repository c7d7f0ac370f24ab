-- Grain: one row per listed video and day of its first 30 days that the platform shows.
-- Seconds of an average play are those of the next morning at ten, when somebody asks: they carry no day of their own.
with
    shown as (select account, day, min(known_at) as shown_at from dy_fans group by all),
    grid as (
        select v.account, v.number as video, v.item_id, v.publish_day, s.day, s.day - v.publish_day as age_days
        from dy_video v
        join shown s on s.account = v.account and s.day between v.publish_day and v.publish_day + 29
        where s.shown_at <= $as_of and coalesce(v.deleted_at > $as_of, true)
    ),
    played as (
        select account, video, day, sum(plays) as plays from dy_plays where known_at <= $as_of group by all
    ),
    acts as (
        select
            account,
            video,
            day,
            sum(amount) filter (kind = 0) as likes,
            sum(amount) filter (kind = 1) as comments,
            sum(amount) filter (kind = 2) as shares
        from dy_actions
        where known_at <= $as_of
        group by all
    ),
    lasting as (
        select grid.account, grid.video, grid.day, sum(p.plays) as plays, sum(p.seconds) as seconds
        from grid
        join dy_plays p on
            p.account = grid.account
            and p.video = grid.video
            and p.day <= grid.day
            and p.known_at <= least($as_of, day_start(grid.day + 1) + 36000)
        group by all
    ),
    daily as (
        select
            grid.*,
            coalesce(played.plays, 0) as views,
            coalesce(likes, 0) as likes,
            coalesce(comments, 0) as comments,
            coalesce(shares, 0) as shares,
            coalesce(scaled(lasting.seconds, lasting.plays, 100), 0) as hundredths
        from grid
        left join played using (account, video, day)
        left join acts using (account, video, day)
        left join lasting using (account, video, day)
    ),
    summed as (
        select
            *,
            sum(views) over upto as views_sum,
            sum(likes) over upto as likes_sum,
            sum(comments) over upto as comments_sum,
            sum(shares) over upto as shares_sum
        from daily
        window upto as (partition by account, video order by day)
    )
select
    'douyin' as platform,
    'douyin' as source,
    open_id as account_id,
    item_id as content_id,
    day_date(day) as metric_date,
    age_days::integer as age_days,
    views::bigint as views,
    likes::bigint as likes,
    comments::bigint as comments,
    shares::bigint as shares,
    views_sum::bigint as views_to_date,
    likes_sum::bigint as likes_to_date,
    comments_sum::bigint as comments_to_date,
    shares_sum::bigint as shares_to_date,
    (hundredths::decimal(18, 2) / 100)::decimal(9, 2) as average_view_seconds_to_date,
    false as is_correction
from summed
join dy_account using (account)
where day between $first and $last
order by account_id, content_id, metric_date
