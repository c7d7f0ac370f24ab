{# Net follows of an account against the change of its followers since the day before, for the touched days. #}
{% macro reconcile_follows(source_name, check_name="follows_against_followers") %}
    with
        touched as ({{ touched_days("reconciliation", source_name) }}),

        account_daily as (
            select
                *,
                lag(followers) over (partition by source, account_id order by metric_date) as previous_followers,
                lag(metric_date) over (partition by source, account_id order by metric_date) as previous_date
            from {{ ref("fct_account_daily") }}
            where source = '{{ source_name }}'
        ),

        checked as (
            select
                account_daily.source,
                account_daily.account_id,
                account_daily.metric_date,
                '{{ check_name }}' as check_name,
                account_daily.net_follows as detail_total,
                account_daily.followers - account_daily.previous_followers as summary_total
            from account_daily
            inner join
                touched
                on account_daily.account_id = touched.account
                and account_daily.metric_date = touched.metric_date
            where
                account_daily.previous_date = {{ add_days("account_daily.metric_date", -1) }}
                and account_daily.net_follows is not null
                and account_daily.followers is not null
                and account_daily.previous_followers is not null
        )

        {{ conform("reconciliation", "checked", canonical_columns("reconciliation") | map(attribute=0)) }}
{% endmacro %}

{# Our ads of a day added up against the total that the platform's own answer gave: one row per metric that the total holds. #}
{% macro reconcile_ads(source_name, resource, staging_model, fields) %}
    with
        touched as ({{ touched_days("reconciliation", source_name) }}),

        total_rows as ({{ newest_window_rows(staging_model, source_name, resource) }}),

        totals as (
            {{ canonical_values("total_rows", source_name, resource, fields, ["source", "account", "metric_date"]) }}
        ),

        details as (
            {% for metric in ["spend_amount"] + ad_counts() %}
                select account_id, metric_date, '{{ metric }}' as metric, sum({{ metric }}) as metric_value
                from {{ ref("fct_ad_daily") }}
                where source = '{{ source_name }}'
                group by account_id, metric_date
                {% if not loop.last %}
                    union all
                {% endif %}
            {% endfor %}
        ),

        checked as (
            select
                totals.source,
                totals.account as account_id,
                totals.metric_date,
                'ads_' || totals.metric || '_against_total' as check_name,
                coalesce(details.metric_value, 0) as detail_total,
                coalesce(totals.metric_value, 0) as summary_total
            from totals
            left join
                details
                on totals.account = details.account_id
                and totals.metric_date = details.metric_date
                and totals.metric = details.metric
        )

        {{ conform("reconciliation", "checked", canonical_columns("reconciliation") | map(attribute=0)) }}
{% endmacro %}
