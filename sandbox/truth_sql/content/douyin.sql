-- Grain: one row per video published up to the instant, deleted ones included (deleted_at).
select
    'douyin' as platform,
    'douyin' as source,
    open_id as account_id,
    item_id as content_id,
    case media_type when 2 then 'image' when 4 then 'video' end as content_type,
    title,
    'https://www.iesdouyin.com/share/video/' || video_id || '/' as url,
    day_date(publish_day) as published_date,
    local_time(published_at) as published_at,
    coalesce(deleted_at <= $as_of, false) as is_deleted,
    case when deleted_at <= $as_of then local_time(deleted_at) end as deleted_at
from dy_video
join dy_account using (account)
where published_at <= $as_of and publish_day between $first and $last
order by account_id, published_at
