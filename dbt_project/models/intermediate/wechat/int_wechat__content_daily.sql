-- Grain: one row per article and touched day on which any call speaks of it.
-- Readers come from the daily call. Actions come from the counters since publication, by difference; after the last
-- observed day only the daily share call goes on. A covered day on which a daily call leaves out an article had none.
{% set keys = ["source", "account_id", "content_id", "metric_date"] %}
{% set counted = counter_columns() | reject("in", keys + ["age_days", "views", "shares"]) | list %}

with
    touched as ({{ touched_days("fct_content_daily", "wechat") }}),

    reads as ({{ newest_window_rows("stg_wechat__article_reads", "wechat", "getarticleread") }}),

    shares as ({{ newest_window_rows("stg_wechat__article_shares", "wechat", "getarticleshare") }}),

    daily_values as (
        {{
            canonical_values(
                "reads", "wechat", "getarticleread", ["read_user"], ["account", "content_id", "metric_date"]
            )
        }}
        union all
        {{
            canonical_values(
                "shares", "wechat", "getarticleshare", ["share_user"], ["account", "content_id", "metric_date"]
            )
        }}
    ),

    daily as (
        select
            account,
            content_id,
            metric_date,
            {{ metric_sum("views") }},
            {{ metric_sum("reach") }},
            {{ metric_sum("shares") }}
        from daily_values
        group by account, content_id, metric_date
    ),

    counters as (select *, account_id as account from {{ ref("int_wechat__article_counters") }}),

    last_observed as (
        select account, content_id, max(metric_date) as last_date from counters group by account, content_id
    ),

    published as (
        select account_id as account, content_id, published_date from {{ ref("dim_content") }} where source = 'wechat'
    ),

    read_coverage as (
        select account, slice_date as metric_date
        from {{ ref("int_winning_receipts") }}
        where source = 'wechat' and resource = 'getarticleread'
    ),

    share_coverage as (
        select account, slice_date as metric_date
        from {{ ref("int_winning_receipts") }}
        where source = 'wechat' and resource = 'getarticleshare'
    ),

    content_days as (
        select account, content_id, metric_date
        from daily
        union
        select counters.account, counters.content_id, counters.metric_date
        from counters
        inner join touched using (account, metric_date)
    ),

    content_daily as (
        select
            {% for counter in counted %} counters.{{ counter }}, {% endfor %}
            'wechat' as source,
            days.account as account_id,
            days.content_id,
            days.metric_date,
            days.metric_date - published.published_date as age_days,
            coalesce(daily.views, case when read_coverage.metric_date is not null then 0 end) as views,
            coalesce(daily.reach, case when read_coverage.metric_date is not null then 0 end) as reach,
            case
                when last_observed.last_date is null or days.metric_date > last_observed.last_date
                then coalesce(daily.shares, case when share_coverage.metric_date is not null then 0 end)
                else counters.shares
            end as shares
        from content_days as days
        left join daily using (account, content_id, metric_date)
        left join counters using (account, content_id, metric_date)
        left join last_observed using (account, content_id)
        left join published using (account, content_id)
        left join read_coverage using (account, metric_date)
        left join share_coverage using (account, metric_date)
    )

    {{ conform("content_daily", "content_daily", keys + ["age_days", "views", "reach", "shares"] + counted) }}
