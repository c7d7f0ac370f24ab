-- Grain: one row per post and UTC day, as a listing at 10:00 (Shanghai) of the day after shows its counters.
-- What is stated anew later shows in the listing after that; a deleted post is in none.
with
    counted as (
        select
            page,
            post as number,
            greatest(day, whole(known_at - 36001 - day_start(0), 86400)) as day,
            impressions,
            uniques,
            clicks,
            likes,
            comments,
            shares
        from li_activity
    ),
    daily as (
        select
            page,
            number,
            day,
            sum(impressions) as impressions,
            sum(uniques) as uniques,
            sum(clicks) as clicks,
            sum(likes) as likes,
            sum(comments) as comments,
            sum(shares) as shares
        from counted
        group by all
    ),
    grid as (
        select page, number, urn, day_at(published_at - 28800) as born, d.day
        from li_post, (select range as day from range(-60, $last + 1)) d
        where
            d.day between day_at(published_at - 28800) and day_at(published_at - 28800) + 364
            and day_start(d.day + 1) + 36000 <= $as_of
            and (deleted_at is null or deleted_at > day_start(d.day + 1) + 36000)
    ),
    listed as (
        select
            grid.*,
            coalesce(impressions, 0) as impressions,
            coalesce(uniques, 0) as uniques,
            coalesce(clicks, 0) as clicks,
            coalesce(likes, 0) as likes,
            coalesce(comments, 0) as comments,
            coalesce(shares, 0) as shares
        from grid
        left join daily using (page, number, day)
    ),
    summed as (
        select
            *,
            sum(impressions) over upto as impressions_sum,
            sum(uniques) over upto as uniques_sum,
            sum(clicks) over upto as clicks_sum,
            sum(likes) over upto as likes_sum,
            sum(comments) over upto as comments_sum,
            sum(shares) over upto as shares_sum
        from listed
        window upto as (partition by page, number order by day)
    )
select
    'linkedin' as platform,
    'linkedin' as source,
    page_id as account_id,
    urn as content_id,
    day_date(day) as metric_date,
    (day - born)::integer as age_days,
    impressions::bigint as impressions,
    clicks::bigint as clicks,
    likes::bigint as likes,
    comments::bigint as comments,
    shares::bigint as shares,
    uniques_sum::bigint as reach_to_date,
    impressions_sum::bigint as impressions_to_date,
    clicks_sum::bigint as clicks_to_date,
    likes_sum::bigint as likes_to_date,
    comments_sum::bigint as comments_to_date,
    shares_sum::bigint as shares_to_date,
    least(impressions, uniques, clicks, likes, comments, shares) < 0 as is_correction
from summed
join li_page using (page)
where day between $first and $last
order by account_id, content_id, metric_date
