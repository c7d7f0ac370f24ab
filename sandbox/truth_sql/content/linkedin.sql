-- Grain: one row per post that was ever shown up to the instant; deleted_at of those that are gone by then.
select
    'linkedin' as platform,
    'linkedin' as source,
    page_id as account_id,
    urn as content_id,
    case when parent is not null then 'reshare' when media = 'article' then 'document' else media end as content_type,
    title,
    'https://www.linkedin.com/feed/update/' || urn as url,
    local_time(published_at)::date as published_date,
    local_time(published_at) as published_at,
    case when deleted_at <= $as_of then local_time(deleted_at) end as deleted_at
from li_post
join li_page using (page)
where published_at <= $as_of and day_at(published_at) between $first and $last
order by account_id, published_at
