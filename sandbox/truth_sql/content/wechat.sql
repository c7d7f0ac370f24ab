-- Grain: one row per article that the platform shows; what only freepublish knows is null for mass-sent articles.
select
    'wechat' as platform,
    'wechat' as source,
    account_id,
    msgid as content_id,
    'article' as content_type,
    title,
    regexp_replace(content_url, '&(sn|chksm|scene)=[^&#]*', '', 'g') as url,
    day_date(publish_day) as published_date,
    case when not is_notified then local_time(published_at) end as published_at,
    is_notified,
    case when not is_notified then coalesce(deleted_at <= $as_of, false) end as is_deleted,
    case when not is_notified then is_comment_open end as is_comment_open
from wx_article
join wx_account using (account)
where
    (is_ready(publish_day, $as_of) or (not is_notified and published_at <= $as_of))
    and publish_day between $first and $last
order by account_id, message, idx
