-- Grain: one row per advertiser, touched day, dimension and item of it: the share of the day's impressions.
-- The report counts impressions, not people.
with
    touched as ({{ touched_days("fct_audience_daily", "kuaishou_ads") }}),

    reported as ({{ newest_window_rows("stg_kuaishou_ads__audience_reports", "kuaishou_ads", "audience_report") }}),

    parts as (
        select account, metric_date, 'gender' as dimension, coalesce(gender, '') as item, aclick
        from reported
        union all
        select account, metric_date, 'age', coalesce(age_segment, ''), aclick
        from reported
    ),

    counted as (
        select account, metric_date, dimension, item, sum(aclick) as impressions
        from parts
        group by account, metric_date, dimension, item
    ),

    shares as (
        select
            'kuaishou_ads' as source,
            account as account_id,
            metric_date as snapshot_date,
            dimension,
            item,
            cast(
                impressions
                / nullif(sum(impressions) over (partition by account, metric_date, dimension), 0) as decimal(9, 5)
            ) as share
        from counted
    )

    {{ conform("audience", "shares", ["source", "account_id", "snapshot_date", "dimension", "item", "share"]) }}
