-- Grain: one row per account, touched day and measure: the days of the videos added up against their own totals.
-- Both as the same run saw them, a day that it asked for twice once: what is restated later is in neither.
{% set parts = [
    ("item_play", "stg_douyin__video_plays", "plays", "views"),
    ("item_like", "stg_douyin__video_likes", "likes", "likes"),
    ("item_comment", "stg_douyin__video_comments", "comments", "comments"),
    ("item_share", "stg_douyin__video_shares", "shares", "shares"),
] %}

with
    touched as ({{ touched_days("reconciliation", "douyin") }}),

    totals as ({{ newest_window_rows("stg_douyin__video_totals", "douyin", "item_base") }}),

    runs as (select distinct account, fetched_at from totals),

    {% for resource, model, field, measure in parts %}
        days_{{ loop.index }} as (
            select seen.account, seen.fetched_at, payloads.content_id, sum(payloads.{{ field }}) as counted
            from
                (
                    select distinct sightings.source, sightings.account, sightings.fetched_at, sightings.record_hash
                    from ({{ wanted_sightings("douyin", resource, answered=true) }}) as sightings
                    inner join runs using (account, fetched_at)
                ) as seen
            inner join {{ ref(model) }} as payloads using (source, account, record_hash)
            where payloads.reject_reason is null and payloads.record_date >= payloads.published_date
            group by seen.account, seen.fetched_at, payloads.content_id
        ),
    {% endfor %}

    checked as (
        {% for resource, model, field, measure in parts %}
            select
                totals.source,
                totals.account as account_id,
                totals.metric_date,
                'video_{{ measure }}_against_total' as check_name,
                sum(days.counted) as detail_total,
                sum(totals.total_{{ resource.removeprefix("item_") }}) as summary_total
            from totals
            inner join
                days_{{ loop.index }} as days
                on totals.account = days.account
                and totals.fetched_at = days.fetched_at
                and totals.content_id = days.content_id
            group by totals.source, totals.account, totals.metric_date
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

    {{ conform("reconciliation", "checked", canonical_columns("reconciliation") | map(attribute=0)) }}
