-- Grain: one row per source, account and touched day that a file tells of.
with
    told as ({{ newest_file_rows("file_account_daily", "stg_files__account_daily", ["record_date"]) }}),

    touched as (select * from {{ ref("int_touched_days") }} where fact = 'fct_account_daily'),

    days as (
        select told.*, told.record_date as metric_date
        from told
        inner join
            touched
            on told.source = touched.source
            and told.account = touched.account
            and told.record_date = touched.metric_date
    )

    {{ conform("account_daily", "days", canonical_columns("account_daily") | map(attribute=0)) }}
