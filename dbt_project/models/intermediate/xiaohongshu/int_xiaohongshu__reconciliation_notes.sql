-- Grain: one row per advertiser, touched day and metric: our ads that show a note against the platform's own report by
-- note.
-- Compared are answers of the same run: between two runs the platform may have stated the day anew.
{% set keys = ["source", "account", "metric_date"] %}
with
    touched as ({{ touched_days("reconciliation", "xiaohongshu") }}),

    ad_rows as ({{ newest_window_rows("stg_xiaohongshu__creative_reports", "xiaohongshu", "report_creative") }}),

    note_rows as ({{ newest_window_rows("stg_xiaohongshu__note_reports", "xiaohongshu", "report_note") }}),

    same_run as (
        select distinct ads.account, ads.metric_date
        from ad_rows as ads
        inner join
            note_rows as notes
            on ads.account = notes.account
            and ads.metric_date = notes.metric_date
            and ads.fetched_at = notes.fetched_at
    ),

    told as ({{ canonical_values("note_rows", "xiaohongshu", "report_note", xiaohongshu_report_fields(), keys) }}),

    totals as (
        select account, metric_date, metric, sum(metric_value) as summary_total
        from told
        group by account, metric_date, metric
    ),

    showing_notes as (
        select facts.*
        from {{ ref("fct_ad_daily") }} as facts
        inner join
            ad_rows
            on facts.account_id = ad_rows.account
            and facts.ad_id = ad_rows.ad_id
            and facts.metric_date = ad_rows.metric_date
        where facts.source = 'xiaohongshu' and ad_rows.note_id is not null
    ),

    details as (
        {% for metric in ["spend_amount", "order_amount"] + ad_counts() %}
            select account_id, metric_date, '{{ metric }}' as metric, sum({{ metric }}) as detail_total
            from showing_notes
            group by account_id, metric_date
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    checked as (
        select
            'xiaohongshu' as source,
            totals.account as account_id,
            totals.metric_date,
            'ads_' || totals.metric || '_against_notes' as check_name,
            coalesce(details.detail_total, 0) as detail_total,
            coalesce(totals.summary_total, 0) as summary_total
        from totals
        inner join same_run using (account, metric_date)
        left join
            details
            on totals.account = details.account_id
            and totals.metric_date = details.metric_date
            and totals.metric = details.metric
    )

    {{ conform("reconciliation", "checked", canonical_columns("reconciliation") | map(attribute=0)) }}
