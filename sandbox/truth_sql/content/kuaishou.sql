-- Grain: one row per video published up to the instant; a deleted one is known only to who saw it before.
select
    'kuaishou' as platform,
    'kuaishou' as source,
    open_id as account_id,
    photo_id as content_id,
    'video' as content_type,
    nullif(caption, '') as title,
    day_date(publish_day) as published_date,
    local_time(published_at) as published_at,
    coalesce(deleted_at <= $as_of, false) as is_deleted,
    case when deleted_at <= $as_of then local_time(deleted_at) end as deleted_at
from ko_photo
join ko_account using (account)
where published_at <= $as_of and publish_day between $first and $last
order by account_id, number
