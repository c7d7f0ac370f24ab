-- Grain: one row per account and touched day on which its followers were asked for.
-- Both calls tell the followers of the moment; users/counts is made for it, the profile stands in where it is missing.
-- Net follows are known only next to the day before.
with
    asked as ({{ touched_days("fct_account_daily", "weibo") }}),

    touched as (
        select source, account, metric_date
        from asked
        union
        select source, account, {{ add_days("metric_date", -1) }}
        from asked
    ),

    counts as ({{ newest_window_rows("stg_weibo__user_counts", "weibo", "users_counts") }}),

    profiles as ({{ newest_window_rows("stg_weibo__users", "weibo", "users_show") }}),

    measured as (
        {% set keys = ["account", "metric_date"] %}
        select *, 1 as precedence
        from ({{ canonical_values("counts", "weibo", "users_counts", ["followers_count"], keys) }}) as counted
        union all
        select *, 2
        from ({{ canonical_values("profiles", "weibo", "users_show", ["followers_count"], keys) }}) as profiled
    ),

    followers as (
        select
            account,
            metric_date,
            metric_value as followers,
            row_number() over (partition by account, metric_date order by precedence) as place
        from measured
        where metric = 'followers' and metric_value is not null
    ),

    changes as (
        select
            account,
            metric_date,
            followers,
            lag(followers) over (partition by account order by metric_date) as previous_followers,
            lag(metric_date) over (partition by account order by metric_date) as previous_date
        from followers
        where place = 1
    ),

    account_daily as (
        select
            'weibo' as source,
            changes.account as account_id,
            metric_date,
            followers,
            case
                when previous_date = {{ add_days("metric_date", -1) }} then followers - previous_followers
            end as net_follows
        from changes
        inner join asked using (account, metric_date)
    )

    {{ conform("account_daily", "account_daily", ["source", "account_id", "metric_date", "followers", "net_follows"]) }}
