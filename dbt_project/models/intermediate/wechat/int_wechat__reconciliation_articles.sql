-- Grain: one row per account, touched day and measure: the articles added up against the account as a whole.
-- Readers are different people over all articles, so the articles never fall below the account. Actions of articles
-- are at most those of
-- the account, because their counters end after 30 days; a correction is booked on the article alone, so such days
-- are left out.
{% set actions = ["likes", "recommends", "comments", "shares", "saves"] %}
with
    touched as ({{ touched_days("reconciliation", "wechat") }}),

    articles as (
        select
            content.source,
            content.account_id,
            content.metric_date,
            bool_or(content.is_correction) as is_corrected,
            sum(content.reach) as readers,
            {% for action in actions %}
                coalesce(sum(content.{{ action }}), 0) as {{ action }}{% if not loop.last %},{% endif %}
            {% endfor %}
        from {{ ref("fct_content_daily") }} as content
        inner join
            touched
            on content.source = touched.source
            and content.account_id = touched.account
            and content.metric_date = touched.metric_date
        group by content.source, content.account_id, content.metric_date
    ),

    compared as (
        select
            articles.source,
            articles.account_id,
            articles.metric_date,
            articles.is_corrected,
            articles.readers,
            accounts.reach,
            {% for action in actions %}
                articles.{{ action }} as article_{{ action }},
                accounts.{{ action }} as account_{{ action }}
                {% if not loop.last %},{% endif %}
            {% endfor %}
        from articles
        inner join {{ ref("fct_account_daily") }} as accounts using (source, account_id, metric_date)
    ),

    checked as (
        select
            source,
            account_id,
            metric_date,
            'article_readers_against_account' as check_name,
            cast(readers as decimal(20, 5)) as detail_total,
            cast(reach as decimal(20, 5)) as summary_total
        from compared
        where readers is not null and reach is not null
        {% for action in actions %}
            union all
            select
                source,
                account_id,
                metric_date,
                'article_{{ action }}_against_account',
                cast(article_{{ action }} as decimal(20, 5)),
                cast(account_{{ action }} as decimal(20, 5))
            from compared
            where account_{{ action }} is not null and not is_corrected
        {% endfor %}
    )

select *
from checked
