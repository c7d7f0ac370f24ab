-- Grain: one row per creator's note (蒲公英). From the day of `deleted_at` on, no snapshot shows it.
select
    'xiaohongshu' as platform,
    'xiaohongshu' as source,
    account_id,
    note_id as content_id,
    'note' as content_type,
    masked_title as title,
    'https://www.xiaohongshu.com/explore/' || note_id as url,
    day_date(publish_day) as published_date,
    case when is_video then duration end as duration_seconds,
    local_time(day_start(removed_day)) as deleted_at
from xhs_note
where publish_day between $first and $last and is_ready(publish_day, $as_of)
order by account_id, content_id
