-- Grain: one row per post or comment that names an account and was ever shown to the app; vanished ones included.
with
    grown as (
        select
            account,
            id,
            sum(amount) filter (kind = 0) as reposts,
            sum(amount) filter (kind = 1) as comments,
            sum(amount) filter (kind = 2) as likes
        from wb_mention_growth
        where instant <= $as_of
        group by all
    ),
    posts as (select account, number as under, id as post_id from wb_post)
select
    'weibo' as platform,
    'weibo' as source,
    account_id,
    m.id::varchar as mention_id,
    local_time(created_at) as mentioned_at,
    author_id,
    text as mention_text,
    m.kind,
    coalesce(post_id, stands_on)::varchar as content_id,
    case when m.kind = 'post' then coalesce(likes, 0)::bigint end as likes,
    case when m.kind = 'post' then coalesce(comments, 0)::bigint end as comments,
    case when m.kind = 'post' then coalesce(reposts, 0)::bigint end as shares,
    emotion as true_emotion,
    case when vanish_at <= $as_of then local_time(vanish_at) end as vanished_at
from wb_mention m
join wb_account using (account)
left join grown using (account, id)
left join posts using (account, under)
where is_shown and created_at <= $as_of and day_at(created_at) between $first and $last
order by account_id, mention_id
