-- Grain: one row per live session of our accounts.
with
    sessions as (select * from {{ ref("fct_live_session") }}),

    accounts as (select source, account_id, account_name from {{ ref("dim_account") }}),

    live_sessions as (
        select
            sessions.platform,
            sessions.source,
            sessions.account_id,
            accounts.account_name,
            sessions.live_id,
            cast(sessions.started_at as date) as metric_date,
            cast({{ iso_weekday("cast(sessions.started_at as date)") }} as bigint) as iso_weekday,
            cast(extract(hour from sessions.started_at) as bigint) as hour_of_day,
            sessions.started_at,
            sessions.ended_at,
            sessions.duration_seconds,
            sessions.viewers,
            sessions.peak_viewers,
            sessions.average_view_seconds,
            sessions.likes,
            sessions.comments,
            sessions.shares,
            sessions.new_follows
        from sessions
        inner join accounts using (source, account_id)
        where sessions.started_at is not null
    )

select *
from live_sessions
