-- Grain: one row per Official Account, article and observed day: counters since publication and, by difference, of
-- the day.
-- The seed metric_map says which fields are cumulative; a counter that fell gives a negative day and marks it as a
-- correction.
with
    observations as (select * from {{ ref("int_wechat__article_observations") }}),

    measured as (
        {{
            canonical_values(
                "observations",
                "wechat",
                "getarticletotaldetail",
                [
                    "read_user",
                    "like_user",
                    "zaikan_user",
                    "comment_count",
                    "share_user",
                    "collection_user",
                    "read_subscribe_user",
                    "praise_money",
                    "read_finish_rate",
                    "read_avg_activetime",
                ],
                ["account", "content_id", "record_date", "metric_date"],
            )
        }}
    ),

    differences as (
        select
            account,
            content_id,
            record_date as published_date,
            metric_date,
            metric,
            kind,
            case
                when kind = 'daily'
                then sum(metric_value) over (partition by account, content_id, metric order by metric_date)
                else metric_value
            end as to_date_value,
            case
                when kind = 'cumulative'
                then
                    metric_value - coalesce(
                        lag(metric_value) over (partition by account, content_id, metric order by metric_date), 0
                    )
                else metric_value
            end as metric_value
        from measured
        where metric_value is not null
    ),

    counters as (
        select
            account,
            content_id,
            published_date,
            metric_date,
            {% for metric in ["likes", "recommends", "comments", "shares", "saves", "new_follows"] %}
                {{ metric_sum(metric) }},
                cast(sum(case when metric = '{{ metric }}' then to_date_value end) as bigint) as {{ metric }}_to_date,
            {% endfor %}
            {{ metric_sum("reward_amount", "decimal(20, 5)") }},
            cast(
                sum(case when metric = 'reward_amount' then to_date_value end) as decimal(20, 5)
            ) as reward_amount_to_date,
            cast(sum(case when metric = 'reach' then to_date_value end) as bigint) as reach_to_date,
            cast(sum(case when metric = 'finish_rate' then metric_value end) as decimal(9, 5)) as finish_rate_to_date,
            cast(
                sum(case when metric = 'average_read_minutes' then metric_value end) as decimal(12, 5)
            ) as average_read_minutes_to_date,
            coalesce(bool_or(kind = 'cumulative' and metric_value < 0), false) as is_correction
        from differences
        group by account, content_id, published_date, metric_date
    )

select *
from counters
