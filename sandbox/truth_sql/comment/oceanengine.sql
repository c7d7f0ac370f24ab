-- Grain: one row per comment ever visible up to the instant, vanished ones included (vanished_at).
with
    grown as (
        select comment_id, sum(likes) as likes, sum(replies) as replies
        from oe_comment_growth
        where instant <= $as_of
        group by all
    )
select
    'douyin' as platform,
    'oceanengine' as source,
    account_id,
    c.comment_id::varchar as comment_id,
    item_id::varchar as content_id,
    case when is_paid then campaign_id end as campaign_id,
    case when is_paid then ad_id end as ad_id,
    aweme_id as author_id,
    local_time(c.created_at) as commented_at,
    local_time(c.created_at)::date as comment_date,
    text as comment_text,
    coalesce(likes, 0)::bigint as likes,
    coalesce(replies, 0)::bigint as replies,
    coalesce(hidden_at <= $as_of, false) as is_hidden,
    emotion as platform_emotion,
    emotion as true_emotion,
    case when vanish_at <= $as_of then local_time(vanish_at) end as vanished_at
from oe_comment c
left join grown using (comment_id)
join ad_ids('oe') using (account, ad)
join (select account, number as ad, item_id from oe_ad) using (account, ad)
where c.created_at <= $as_of and day_at(c.created_at) between $first and $last
order by account_id, commented_at, comment_id
