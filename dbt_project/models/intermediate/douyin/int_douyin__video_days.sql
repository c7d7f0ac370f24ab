-- Grain: one row per video and day that a touched day needs, its own and those since the publication: the newest
-- sighting of each measure, whether or not the answer around it was complete. Old videos are in no later answer.
{% set parts = [
    ("item_play", "stg_douyin__video_plays", "plays"),
    ("item_like", "stg_douyin__video_likes", "likes"),
    ("item_comment", "stg_douyin__video_comments", "comments"),
    ("item_share", "stg_douyin__video_shares", "shares"),
] %}
{% set ids = ["account", "content_id", "published_date", "metric_date"] %}

with
    touched as (
        select account, min(metric_date) as first_date, max(metric_date) as last_date
        from {{ ref("int_touched_days") }}
        where fact = 'fct_content_daily' and source = 'douyin'
        group by account
    ),

    reach_back as (
        select max(touches_days) as days
        from {{ ref("landing_feeds") }}
        where source = 'douyin' and fact = 'fct_content_daily'
    ),

    {% for resource, model, field in parts %}
        seen_{{ loop.index }} as (
            select
                payloads.*,
                payloads.record_date as metric_date,
                row_number() over (
                    partition by payloads.account, payloads.content_id, payloads.record_date
                    order by sightings.fetched_at desc, sightings.load_id desc, payloads.record_hash
                ) as newest
            from ({{ wanted_sightings("douyin", resource) }}) as sightings
            inner join {{ ref(model) }} as payloads using (source, account, record_hash)
            inner join touched on payloads.account = touched.account
            cross join reach_back
            where
                payloads.reject_reason is null
                and payloads.record_date >= payloads.published_date
                and payloads.record_date
                between {{ add_days("touched.first_date", "-1 * reach_back.days") }} and touched.last_date
        ),

        part_{{ loop.index }} as (select * from seen_{{ loop.index }} where newest = 1),
    {% endfor %}

    measured as (
        {% for resource, model, field in parts %}
            {{ canonical_values("part_" ~ loop.index, "douyin", resource, [field], ids) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    video_days as (
        select
            {{ ids | join(", ") }},
            {% for metric in ["views", "likes", "comments", "shares"] %}
                {{ metric_sum(metric) }}{% if not loop.last %},{% endif %}
            {% endfor %}
        from measured
        group by {{ ids | join(", ") }}
    )

select *
from video_days
