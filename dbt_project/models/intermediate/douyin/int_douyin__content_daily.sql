-- Grain: one row per video and touched day of its first 30 days.
-- What it counts to date is the sum of its days, where none since the publication is missing. How long a play lasted
-- is known on days on which somebody asked.
{% set counters = ["views", "likes", "comments", "shares"] %}

with
    touched as ({{ touched_days("fct_content_daily", "douyin") }}),

    totals as ({{ newest_window_rows("stg_douyin__video_totals", "douyin", "item_base") }}),

    lasting as (
        {{
            canonical_values(
                "totals",
                "douyin",
                "item_base",
                ["avg_play_duration"],
                ["account", "content_id", "metric_date"],
            )
        }}
    ),

    watched as (
        select
            account,
            content_id,
            metric_date,
            {{ metric_of("metric_value", "average_view_seconds") }} as average_view_seconds_to_date
        from lasting
        group by account, content_id, metric_date
    ),

    summed as (
        select
            'douyin' as source,
            days.account as account_id,
            days.*,
            days.metric_date - days.published_date as age_days,
            false as is_correction,
            {% for counter in counters %}
                case
                    when count({{ counter }}) over until_then = days.metric_date - days.published_date + 1
                    then sum({{ counter }}) over until_then
                end as {{ counter }}_to_date
                {% if not loop.last %},{% endif %}
            {% endfor %}
        from {{ ref("int_douyin__video_days") }} as days
        window until_then as (partition by days.account, days.content_id order by days.metric_date)
    ),

    content_daily as (
        select summed.*, watched.average_view_seconds_to_date
        from summed
        inner join touched using (account, metric_date)
        left join watched using (account, content_id, metric_date)
    )

    {{
        conform(
            "content_daily",
            "content_daily",
            ["source", "account_id", "content_id", "metric_date", "age_days"]
            + counters
            + ["views_to_date", "likes_to_date", "comments_to_date", "shares_to_date"]
            + ["average_view_seconds_to_date", "is_correction"],
        )
    }}
