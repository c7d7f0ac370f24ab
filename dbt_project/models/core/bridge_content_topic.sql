-- Grain: one row per content of ours and title of the hot list that it takes up.
-- A content takes up a topic when its title is the topic's, or one of its hashtags is, spaces and punctuation aside. A
-- hashtag that nothing closes ends at its first punctuation, too.
with
    contents as (select * from {{ ref("dim_content") }} where title is not null),

    topics as (
        select
            platform,
            title,
            {{ comparable_title("title") }} as topic_key,
            min(snapshot_date) as first_listed_date,
            max(snapshot_date) as last_listed_date
        from {{ ref("fct_hot_topic_hourly") }}
        group by platform, title
    ),

    by_title as (
        select
            platform,
            source,
            account_id,
            content_id,
            'title' as matched_by,
            {{ comparable_title("title") }} as topic_key
        from contents
    ),

    hashtags as (
        {% for pattern in ["[#＃]([^#＃\s]+)", "[#＃]([\p{L}\p{N}_]+)[^#＃\s]*(?:\s|$)"] %}
            select platform, source, account_id, content_id, {{ every_first("title", pattern) }} as hashtag
            from contents
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    by_hashtag as (
        select
            platform,
            source,
            account_id,
            content_id,
            'hashtag' as matched_by,
            {{ comparable_title("hashtag") }} as topic_key
        from hashtags
    ),

    named as (
        select *
        from by_title
        union all
        select *
        from by_hashtag
    ),

    bridge_content_topic as (
        select
            named.platform,
            named.source,
            named.account_id,
            named.content_id,
            topics.platform as topic_platform,
            topics.title as topic_title,
            min(named.matched_by) as matched_by,
            topics.first_listed_date,
            topics.last_listed_date
        from named
        inner join topics using (topic_key)
        group by
            named.platform,
            named.source,
            named.account_id,
            named.content_id,
            topics.platform,
            topics.title,
            topics.first_listed_date,
            topics.last_listed_date
    )

select *
from bridge_content_topic
