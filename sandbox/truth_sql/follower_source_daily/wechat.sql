-- Grain: one row per account, day and follow source that moved.
select
    'wechat' as platform,
    'wechat' as source,
    account_id,
    day_date(day) as metric_date,
    f.source as follow_source_code,
    sum(new)::bigint as new_follows,
    sum(cancel)::bigint as lost_follows
from wx_follows f
join wx_account using (account)
where known_at <= $as_of and is_ready(day, $as_of) and day between $first and $last
group by account_id, day, f.source
having sum(new) > 0 or sum(cancel) > 0
order by account_id, metric_date, follow_source_code
