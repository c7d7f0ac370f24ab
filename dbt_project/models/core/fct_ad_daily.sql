-- Grain: one row per ad and day that the report holds.
{{ config(materialized="incremental", incremental_strategy="append", pre_hook="{{ delete_touched() }}") }}

with
    touched as ({{ touched_days("fct_ad_daily", "oceanengine") }}),

    reports as ({{ newest_window_rows("stg_oceanengine__reports", "oceanengine", "report_custom") }}),

    measured as (
        {{
            canonical_values(
                "reports",
                "oceanengine",
                "report_custom",
                ad_report_fields(),
                ["source", "account", "campaign_id", "ad_id", "metric_date"],
            )
        }}
    ),

    pivoted as (
        select
            source,
            account as account_id,
            campaign_id,
            ad_id,
            metric_date,
            {{ metric_sum("spend_amount", "decimal(20, 5)") }},
            {% for metric in ad_count_metrics() %}
                {{ metric_sum(metric) }}{% if not loop.last %},{% endif %}
            {% endfor %}
        from measured
        group by source, account, campaign_id, ad_id, metric_date
    ),

    fct_ad_daily as (
        select
            sources.platform,
            pivoted.source,
            pivoted.account_id,
            pivoted.campaign_id,
            pivoted.ad_id,
            pivoted.metric_date,
            sources.currency,
            pivoted.spend_amount,
            {% for metric in ad_count_metrics() %} pivoted.{{ metric }}{% if not loop.last %},{% endif %} {% endfor %}
        from pivoted
        inner join {{ ref("sources") }} as sources using (source)
    )

select *
from fct_ad_daily
