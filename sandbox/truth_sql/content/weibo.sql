-- Grain: one row per post that stood among the newest five, undeleted, at 10:00 of some morning.
with
    mornings as (
        select range as day, day_start(range + 1) + 36000 as asked
        from range(0, $last + 1)
        where day_start(range + 1) + 36000 <= $as_of
    ),
    newest as (
        select p.account, p.number, day, asked, deleted_at
        from wb_post p
        join mornings on p.published_at <= asked
        where p.publish_day >= day - 60
        qualify row_number() over (partition by p.account, day order by p.id desc) <= 5
    ),
    listed as (
        select account, number, min(day) as first_day, max(day) as last_day
        from newest
        where deleted_at is null or deleted_at > asked
        group by all
    )
select
    'weibo' as platform,
    'weibo' as source,
    account_id,
    id::varchar as content_id,
    kind as content_type,
    title,
    'https://m.weibo.cn/status/' || id as url,
    day_date(publish_day) as published_date,
    local_time(published_at) as published_at,
    coalesce(deleted_at <= $as_of, false) as is_deleted,
    day_date(first_day) as first_listed_date,
    day_date(last_day) as last_listed_date
from listed
join wb_post using (account, number)
join wb_account using (account)
where publish_day between $first and $last
order by account_id, content_id
