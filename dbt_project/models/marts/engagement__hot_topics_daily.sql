-- Grain: one row per platform, day and title on the hot list.
-- A title may change its category or its advertising mark within a day: its last listing of the day speaks.
with
    listings as (select * from {{ ref("fct_hot_topic_hourly") }}),

    last_listing as (
        select
            *,
            row_number() over (
                partition by platform, snapshot_date, title order by snapshot_hour desc, rank
            ) as listing_position
        from listings
    ),

    hot_topics_daily as (
        select
            platform,
            snapshot_date as metric_date,
            title,
            max(case when listing_position = 1 then category end) as category,
            bool_or(case when listing_position = 1 then is_ad end) as is_ad,
            count(distinct snapshot_hour) as hours_listed,
            min(rank) as best_rank,
            max(heat) as peak_heat
        from last_listing
        group by platform, snapshot_date, title
    )

select *
from hot_topics_daily
