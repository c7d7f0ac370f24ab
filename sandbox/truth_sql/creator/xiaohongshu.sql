-- Grain: one row per creator with a note in the snapshot of the last day, as told then. The raw id is personal.
select
    'xiaohongshu' as platform,
    'xiaohongshu' as source,
    kol_id as raw_creator_id,
    followers,
    level::varchar as level_code,
    agency as agency_name,
    (c.price::decimal(20, 5) / 100)::decimal(20, 5) as image_price_amount,
    (video_price::decimal(20, 5) / 100)::decimal(20, 5) as video_price_amount,
    'CNY' as currency,
    day_date($last + 1) as last_seen_date
from xhs_creator c
join xhs_follower f on f.creator = c.number and f.day = $last
where
    c.number in (
        select creator
        from xhs_note
        where publish_day between $last - 89 and $last and (removed_day is null or $last < removed_day)
    )
    and is_ready($last, $as_of)
order by raw_creator_id
