-- Grain: one row per account, touched day and measure: the videos added up against the account as a whole.
-- Of videos older than 30 days no days are told, so the videos never exceed the account.
{% set measures = ["views", "likes", "comments", "shares"] %}

with
    touched as ({{ touched_days("reconciliation", "douyin") }}),

    videos as (
        select
            content.source,
            content.account_id,
            content.metric_date,
            {% for measure in measures %}
                coalesce(sum(content.{{ measure }}), 0) as {{ measure }}{% if not loop.last %},{% endif %}
            {% endfor %}
        from {{ ref("fct_content_daily") }} as content
        inner join
            touched
            on content.source = touched.source
            and content.account_id = touched.account
            and content.metric_date = touched.metric_date
        group by content.source, content.account_id, content.metric_date
    ),

    checked as (
        {% for measure in measures %}
            select
                videos.source,
                videos.account_id,
                videos.metric_date,
                'video_{{ measure }}_against_account' as check_name,
                videos.{{ measure }} as detail_total,
                accounts.{{ measure }} as summary_total
            from videos
            inner join {{ ref("fct_account_daily") }} as accounts using (source, account_id, metric_date)
            where accounts.{{ measure }} is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

    {{ conform("reconciliation", "checked", canonical_columns("reconciliation") | map(attribute=0)) }}
