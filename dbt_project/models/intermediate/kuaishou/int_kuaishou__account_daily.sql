-- Grain: one row per account and touched day on which its fans were asked.
-- The platform tells fans only; what a day brought is the difference to the snapshot of the day before, if there is
-- one.
with
    days as ({{ touched_days("fct_account_daily", "kuaishou") }}),

    touched as (
        select source, account, metric_date
        from days
        union
        select source, account, {{ add_days("metric_date", -1) }}
        from days
    ),

    snapshots as ({{ newest_window_rows("stg_kuaishou__user_info", "kuaishou", "user_info") }}),

    measured as (
        {{ canonical_values("snapshots", "kuaishou", "user_info", ["fan"], ["source", "account", "metric_date"]) }}
    ),

    daily as (
        select source, account as account_id, metric_date, {{ metric_sum("followers") }}
        from measured
        group by source, account, metric_date
    ),

    compared as (
        select
            daily.source,
            daily.account_id,
            daily.metric_date,
            daily.followers,
            daily.followers - before.followers as net_follows
        from daily
        inner join days on daily.account_id = days.account and daily.metric_date = days.metric_date
        left join
            daily as before
            on daily.account_id = before.account_id
            and before.metric_date = {{ add_days("daily.metric_date", -1) }}
    )

    {{ conform("account_daily", "compared", ["source", "account_id", "metric_date", "followers", "net_follows"]) }}
