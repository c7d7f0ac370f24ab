-- Grain: one row per advertiser, touched day and metric: our ads added up against the total that the same answer gave.
with
    touched as ({{ touched_days("reconciliation", "oceanengine") }}),

    total_rows as ({{ newest_window_rows("stg_oceanengine__report_totals", "oceanengine", "report_custom_total") }}),

    totals as (
        {{
            canonical_values(
                "total_rows",
                "oceanengine",
                "report_custom_total",
                ad_report_fields(),
                ["source", "account", "metric_date"],
            )
        }}
    ),

    details as (
        {% for metric in ["spend_amount"] + ad_count_metrics() %}
            select
                source,
                account_id as account,
                metric_date,
                '{{ metric }}' as metric,
                cast(sum({{ metric }}) as decimal(20, 5)) as metric_value
            from {{ ref("fct_ad_daily") }}
            group by source, account_id, metric_date
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
        left join details using (source, account, metric_date, metric)
    )

select *
from checked
