-- Grain: one row per comment ever visible up to the instant, vanished ones included (vanished_at).
with
    grown as (
        select comment_id, sum(likes) as likes, sum(replies) as replies
        from oe_comment_growth
        where instant <= $as_of
        group by all
    )
select
    'wechat' as platform,
    'wechat' as source,
    account_id,
    msgid || '_' || c.number as comment_id,
    msgid as content_id,
    null::varchar as campaign_id,
    null::varchar as ad_id,
    openid as author_id,
    local_time(created_at) as commented_at,
    day_date(day) as comment_date,
    content as comment_text,
    null::bigint as likes,
    null::bigint as replies,
    coalesce(featured_at <= $as_of, false) as is_featured,
    null::boolean as is_hidden,
    null::varchar as platform_emotion,
    case when reply_at <= $as_of then local_time(reply_at) end as replied_at,
    case when reply_at <= $as_of then reply end as reply_text,
    emotion as true_emotion,
    case when vanish_at <= $as_of then local_time(vanish_at) end as vanished_at
from wx_comment c
join wx_account using (account)
join (select account, number as article, msgid from wx_article) using (account, article)
where created_at <= $as_of and day between $first and $last
union all
select
    'douyin',
    'oceanengine',
    account_id,
    c.comment_id::varchar,
    ad.item_id::varchar,
    case when is_paid then project_id::varchar end,
    case when is_paid then promotion_id::varchar end,
    aweme_id,
    local_time(c.created_at),
    local_time(c.created_at)::date,
    text,
    coalesce(likes, 0)::bigint,
    coalesce(replies, 0)::bigint,
    null,
    coalesce(hidden_at <= $as_of, false),
    emotion,
    null,
    null,
    emotion,
    case when vanish_at <= $as_of then local_time(vanish_at) end
from oe_comment c
left join grown using (comment_id)
join
    (select advertiser, number as promotion, project, promotion_id, item_id from oe_promotion) ad using (
        advertiser, promotion
    )
join (select advertiser, number as project, project_id from oe_project) using (advertiser, project)
join oe_advertiser using (advertiser)
where c.created_at <= $as_of and day_at(c.created_at) between $first and $last
order by platform, account_id, commented_at, comment_id
