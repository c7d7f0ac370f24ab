-- Grain: one row per comment ever visible up to the instant, vanished ones included (vanished_at).
with grown as (select comment_id, sum(likes) as likes from ks_comment_growth where instant <= $as_of group by all)
select
    'kuaishou' as platform,
    'kuaishou_ads' as source,
    account_id,
    c.comment_id::varchar as comment_id,
    photo_id::varchar as content_id,
    author_id::varchar as author_id,
    local_time(c.created_at) as commented_at,
    local_time(c.created_at)::date as comment_date,
    text as comment_text,
    coalesce(likes, 0)::bigint as likes,
    coalesce(hidden_at <= $as_of, false) as is_hidden,
    emotion as true_emotion,
    case when vanish_at <= $as_of then local_time(vanish_at) end as vanished_at
from ks_comment c
left join grown using (comment_id)
join (select account, number as ad, photo_id from ks_ad) using (account, ad)
join ks_account using (account)
where c.created_at <= $as_of and day_at(c.created_at) between $first and $last
order by account_id, commented_at, comment_id
