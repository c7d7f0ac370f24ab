-- Grain: one row per account and touched day: the posts that came and went between two looks, as we saw them, against
-- the change of the account's own count. More there than here: posts that left the newest five before anybody looked.
with
    asked as ({{ touched_days("reconciliation", "weibo") }}),

    touched as (
        select source, account, metric_date
        from asked
        union
        select source, account, {{ add_days("metric_date", -1) }}
        from asked
    ),

    counts as ({{ newest_window_rows("stg_weibo__user_counts", "weibo", "users_counts") }}),

    timeline as ({{ newest_window_rows("stg_weibo__posts", "weibo", "user_timeline") }}),

    counted as ({{ newest_window_rows("stg_weibo__post_counts", "weibo", "statuses_count") }}),

    looks as (
        select
            account,
            metric_date,
            statuses_count,
            lag(statuses_count) over (partition by account order by metric_date) as previous_count,
            lag(metric_date) over (partition by account order by metric_date) as previous_date,
            lag({{ business_time_from_utc("fetched_at") }}) over (
                partition by account order by metric_date
            ) as previous_look_at
        from counts
    ),

    seen as (
        select account, metric_date, content_id, published_at, is_whole as is_there
        from timeline
        union all
        select account, metric_date, content_id, published_at, not is_missing
        from counted
    ),

    states as (
        select account, metric_date, content_id, min(published_at) as published_at, bool_and(is_there) as is_there
        from seen
        group by account, metric_date, content_id
    ),

    changes as (
        select
            states.account,
            states.metric_date,
            case
                when states.is_there and states.published_at > looks.previous_look_at
                then 1
                when not states.is_there and before.is_there
                then -1
                else 0
            end as change
        from states
        inner join looks using (account, metric_date)
        left join
            states as before
            on states.account = before.account
            and states.content_id = before.content_id
            and before.metric_date = looks.previous_date
    ),

    checked as (
        select
            'weibo' as source,
            looks.account as account_id,
            looks.metric_date,
            'weibo_posts_seen' as check_name,
            coalesce(sum(changes.change), 0) as detail_total,
            looks.statuses_count - looks.previous_count as summary_total
        from looks
        inner join asked using (account, metric_date)
        left join changes using (account, metric_date)
        where looks.previous_date = {{ add_days("looks.metric_date", -1) }}
        group by looks.account, looks.metric_date, looks.statuses_count, looks.previous_count
    )

    {{ conform("reconciliation", "checked", canonical_columns("reconciliation") | map(attribute=0)) }}
