-- Grain: one row per page and UTC day that has ended. Followers add up all days since the epoch.
with
    days as (
        select page, d.day from li_page, (select range as day from range(0, $last + 1)) d where is_ready(d.day, $as_of)
    ),
    seen as (
        select
            page,
            day,
            sum(impressions) as impressions,
            sum(clicks) as clicks,
            sum(likes) as likes,
            sum(comments) as comments,
            sum(shares) as shares
        from li_activity
        where known_at <= $as_of
        group by all
    ),
    joined as (
        select
            'linkedin' as platform,
            'linkedin' as source,
            page_id as account_id,
            day_date(day) as metric_date,
            day,
            (followers + sum(organic + paid) over (partition by page order by day))::bigint as followers,
            (organic + paid)::bigint as net_follows,
            coalesce(impressions, 0)::bigint as impressions,
            reach::bigint as reach,
            coalesce(clicks, 0)::bigint as clicks,
            coalesce(likes, 0)::bigint as likes,
            coalesce(comments, 0)::bigint as comments,
            coalesce(shares, 0)::bigint as shares
        from days
        join li_page using (page)
        join li_day using (page, day)
        left join seen using (page, day)
    )
select * exclude (day)
from joined
where day between $first and $last
order by account_id, metric_date
