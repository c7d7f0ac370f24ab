-- Grain: one row per hour of the hot list and position in it.
-- The same hour may have landed in two shapes: the richer one (the seed landing_resources says which) wins, whichever
-- came last.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ delete_touched(day='snapshot_date', account=none) }}",
    )
}}

with
    touched as (
        select distinct receipts.source, receipts.account, days.metric_date
        from {{ ref("int_winning_receipts") }} as receipts
        inner join
            ({{ touched_days("fct_hot_topic_hourly", "weibo_hot_search") }}) as days
            on receipts.source = days.source
            and receipts.slice_date = days.metric_date
    ),

    json_rows as ({{ newest_window_rows("stg_weibo_hot_search__topics_json", "weibo_hot_search", "hot_search_json") }}),

    csv_rows as ({{ newest_window_rows("stg_weibo_hot_search__topics_csv", "weibo_hot_search", "hot_search_csv") }}),

    shapes as (
        {% for shape in ["json", "csv"] %}
            select
                'hot_search_{{ shape }}' as resource,
                source,
                account,
                load_id,
                fetched_at,
                record_date as snapshot_date,
                snapshot_hour,
                rank,
                title,
                category,
                heat,
                is_ad,
                read_count,
                discuss_count,
                origin_count,
                {{ "description" if shape == "json" else "cast(null as varchar)" }} as description,
                {{ "url" if shape == "json" else "cast(null as varchar)" }} as url
            from {{ shape }}_rows
            where snapshot_hour = extract(hour from slice_start)
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    answers as (
        select distinct
            shapes.resource,
            shapes.account,
            shapes.load_id,
            shapes.fetched_at,
            shapes.snapshot_date,
            shapes.snapshot_hour,
            resources.precedence
        from shapes
        inner join {{ ref("landing_resources") }} as resources using (source, resource)
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by snapshot_date, snapshot_hour order by precedence, fetched_at desc, load_id desc, account
            ) as place
        from answers
    ),

    fct_hot_topic_hourly as (
        select
            sources.platform,
            shapes.snapshot_date,
            shapes.snapshot_hour,
            shapes.rank,
            shapes.title,
            shapes.category,
            shapes.heat,
            shapes.is_ad,
            shapes.read_count,
            shapes.discuss_count,
            shapes.origin_count,
            shapes.description,
            shapes.url
        from shapes
        inner join ranked using (resource, account, load_id, snapshot_date, snapshot_hour)
        inner join {{ ref("sources") }} as sources using (source)
        where ranked.place = 1
    )

select *
from fct_hot_topic_hourly
