-- Grain: one row per account and live session, as last seen.
{% set fields = [
    "live_duration_in_seconds",
    "total_audience_count",
    "max_online_count",
    "audiences_avg_seconds",
    "total_cheer_count",
    "total_comment_count",
    "forward_count",
    "new_follow_count",
] %}
{% set ids = ["source", "account", "live_id", "started_at", "ended_at"] %}

with
    sightings as ({{ wanted_sightings("wechat", "channels_live") }}),

    seen as (
        select
            payloads.*,
            row_number() over (
                partition by payloads.account, payloads.live_id
                order by sightings.fetched_at desc, sightings.load_id desc, payloads.record_hash
            ) as newest
        from sightings
        inner join {{ ref("stg_wechat__live_sessions") }} as payloads using (source, account, record_hash)
        where payloads.reject_reason is null
    ),

    lives as (select * from seen where newest = 1),

    measured as ({{ canonical_values("lives", "wechat", "channels_live", fields, ids, day="ended_at") }}),

    live_sessions as (
        select
            source,
            account as account_id,
            live_id,
            started_at,
            ended_at,
            {{ metric_columns("live_sessions") }},
            {{ metric_sum("average_view_seconds", "decimal(12, 5)") }}
        from measured
        group by {{ ids | join(", ") }}
    )

    {{ conform("live_sessions", "live_sessions", canonical_columns("live_sessions") | map(attribute=0)) }}
