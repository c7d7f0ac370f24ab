-- Grain: one row per creator's note and day in whose snapshot it is: until it is 90 days old or removed.
-- A snapshot holds what was known until the second morning after its day, then it stays; the day's number is the
-- difference to the snapshot before, so a late correction is part of the day in whose snapshot it first shows.
with
    grid as (
        select
            n.number as note,
            n.account_id,
            n.note_id,
            publish_day,
            d.day,
            least($as_of, day_start(d.day + 2) + 28800) as known_until
        from xhs_note n, (select range as day from range(0, $last + 1)) d
        where
            d.day between publish_day and publish_day + 89
            and is_ready(d.day, $as_of)
            and (removed_day is null or d.day < removed_day)
    ),
    counted as (
        select
            grid.*,
            coalesce(sum(g.read), 0)::bigint as views,
            coalesce(sum(g.readers), 0)::bigint as reach,
            coalesce(sum(g.imp), 0)::bigint as impressions,
            coalesce(sum(g.likes), 0)::bigint as likes,
            coalesce(sum(g.comments), 0)::bigint as comments,
            coalesce(sum(g.shares), 0)::bigint as shares,
            coalesce(sum(g.saves), 0)::bigint as saves,
            coalesce(sum(g.finishes), 0)::bigint as finishes,
            coalesce(sum(g.seconds), 0)::bigint as seconds
        from grid
        left join xhs_growth g on g.note = grid.note and g.day <= grid.day and g.known_at <= grid.known_until
        group by all
    ),
    daily as (
        select
            *,
            views - coalesce(lag(views) over note_days, 0) as new_views,
            impressions - coalesce(lag(impressions) over note_days, 0) as new_impressions,
            likes - coalesce(lag(likes) over note_days, 0) as new_likes,
            comments - coalesce(lag(comments) over note_days, 0) as new_comments,
            shares - coalesce(lag(shares) over note_days, 0) as new_shares,
            saves - coalesce(lag(saves) over note_days, 0) as new_saves
        from counted
        window note_days as (partition by note order by day)
    )
select
    'xiaohongshu' as platform,
    'xiaohongshu' as source,
    account_id,
    note_id as content_id,
    day_date(day) as metric_date,
    (day - publish_day)::integer as age_days,
    new_views as views,
    new_impressions as impressions,
    new_likes as likes,
    new_comments as comments,
    new_shares as shares,
    new_saves as saves,
    'CNY' as currency,
    views as views_to_date,
    reach as reach_to_date,
    impressions as impressions_to_date,
    likes as likes_to_date,
    comments as comments_to_date,
    shares as shares_to_date,
    saves as saves_to_date,
    (coalesce(scaled(finishes, views, 10000), 0)::decimal(18, 4) / 10000)::decimal(9, 4) as finish_rate_to_date,
    coalesce(scaled(seconds, views, 1), 0)::decimal(9, 2) as average_view_seconds_to_date,
    least(new_views, new_impressions, new_likes, new_comments, new_shares, new_saves) < 0 as is_correction
from daily
where day between $first and $last
order by account_id, content_id, metric_date
