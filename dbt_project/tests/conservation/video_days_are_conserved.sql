-- The days of videos in core are the newest numbers that landed for each video and day: old videos are in no later
-- answer, so no one answer holds a day whole.
{% set parts = [
    ("item_play", "stg_douyin__video_plays", "plays", "views"),
    ("item_like", "stg_douyin__video_likes", "likes", "likes"),
    ("item_comment", "stg_douyin__video_comments", "comments", "comments"),
    ("item_share", "stg_douyin__video_shares", "shares", "shares"),
] %}

with
    staged as (
        {% for resource, model, field, measure in parts %}
            select account, record_date as metric_date, '{{ measure }}' as measure, sum({{ field }}) as total
            from ({{ newest_by_key("douyin", resource, model, ["content_id", "record_date"]) }}) as newest
            where record_date >= published_date
            group by account, record_date
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    core as (
        {% for resource, model, field, measure in parts %}
            select account_id as account, metric_date, '{{ measure }}' as measure, sum({{ measure }}) as total
            from {{ ref("fct_content_daily") }}
            where source = 'douyin'
            group by account_id, metric_date
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select account, metric_date, measure, staged.total as staged_total, core.total as core_total
from staged
full outer join core using (account, metric_date, measure)
where staged.total is distinct from core.total
