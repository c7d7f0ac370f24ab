-- Grain: one row per finished live session of the Channels accounts, by the day on which it ended.
with
    counted as (
        select
            account,
            live as number,
            sum(viewers)::bigint as viewers,
            sum(seconds)::bigint as seconds,
            sum(cheers)::bigint as likes,
            sum(comments)::bigint as comments,
            sum(forwards)::bigint as shares,
            sum(follows)::bigint as new_follows
        from wx_live_count
        where known_at <= $as_of
        group by account, live
    )
select
    'wechat' as platform,
    'wechat' as source,
    account_id,
    export_id as live_id,
    local_time(started_at) as started_at,
    local_time(ended_at) as ended_at,
    ended_at - started_at as duration_seconds,
    viewers,
    peak as peak_viewers,
    (seconds // viewers)::decimal(12, 5) as average_view_seconds,
    likes,
    comments,
    shares,
    new_follows
from wx_live
join counted using (account, number)
join wx_account using (account)
where day_at(ended_at) between $first and $last
order by account_id, ended_at
