-- Grain: one row per collected hour and rank.
with
    alive as (
        select h.*, t.title, t.category, t.description, t.is_ad, t.is_plain, day_at(h.instant) as day
        from hot_heat h
        join hot_topic t using (born_day, number)
        where h.instant <= $as_of and h.instant not in (select instant from hot_gap)
    ),
    titled as (
        select *
        from alive
        where not is_ad and not is_plain
        qualify row_number() over (partition by instant, title order by heat desc, born_day, number) = 1
    ),
    listed as (
        (
            select *, 1 as part
            from titled
            qualify row_number() over (partition by instant order by heat desc, born_day, number) <= 50
        )
        union all
        (
            select *, 2
            from alive
            where is_ad and age < 6
            qualify row_number() over (partition by instant order by born_day desc, number) = 1
        )
        union all
        (
            select *, 3
            from alive
            where is_plain and age < 24
            qualify row_number() over (partition by instant order by born_day) = 1
        )
    ),
    ranked as (
        select *, row_number() over (partition by instant order by part, heat desc, born_day, number) as rank
        from listed
    ),
    shaped as (
        select *, is_plain or (instant in (select instant from hot_bare) and (rank - 1) % 3 = 0) as is_thin from ranked
    )
select
    'weibo' as platform,
    day_date(day) as snapshot_date,
    hour_at(instant) as snapshot_hour,
    rank::integer as rank,
    title,
    case when not is_thin then category end as category,
    heat::bigint as heat,
    is_ad,
    case when not is_thin then reads::bigint end as read_count,
    case when not is_thin then discusses::bigint end as discuss_count,
    case when not is_thin then origins::bigint end as origin_count,
    case when not is_thin then description end as description
from shaped
where day between $first and $last
order by instant, rank
