-- Grain: one row per page, touched UTC day and measure: the posts added up against the page as a whole.
-- Posts are differences of counters: only days with a listing the day before are compared. Deleted posts are missing.
{% set measures = ["impressions", "clicks", "likes", "comments", "shares"] %}
with
    touched as ({{ touched_days("reconciliation", "linkedin") }}),

    posts as (
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
        having min(coalesce(content.days_spanned, 0)) = 1 and max(content.days_spanned) = 1
    ),

    pages as (select * from {{ ref("fct_account_daily") }} where impressions is not null),

    checked as (
        {% for measure in measures %}
            select
                posts.source,
                posts.account_id,
                posts.metric_date,
                'posts_{{ measure }}_against_page' as check_name,
                posts.{{ measure }} as detail_total,
                pages.{{ measure }} as summary_total
            from posts
            inner join pages using (source, account_id, metric_date)
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

    {{ conform("reconciliation", "checked", canonical_columns("reconciliation") | map(attribute=0)) }}
