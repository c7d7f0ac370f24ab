-- Grain: one row per comment ever visible up to the instant, vanished ones included (vanished_at).
select
    'wechat' as platform,
    'wechat' as source,
    account_id,
    msgid || '_' || c.number as comment_id,
    msgid as content_id,
    openid as author_id,
    local_time(created_at) as commented_at,
    day_date(day) as comment_date,
    content as comment_text,
    coalesce(featured_at <= $as_of, false) as is_featured,
    case when reply_at <= $as_of then local_time(reply_at) end as replied_at,
    case when reply_at <= $as_of then reply end as reply_text,
    emotion as true_emotion,
    case when vanish_at <= $as_of then local_time(vanish_at) end as vanished_at
from wx_comment c
join wx_account using (account)
join (select account, number as article, msgid from wx_article) using (account, article)
where created_at <= $as_of and day between $first and $last
order by account_id, commented_at, comment_id
