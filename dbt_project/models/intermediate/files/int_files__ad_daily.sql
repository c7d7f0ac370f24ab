-- Grain: one row per ad and touched day that a file tells of and the interface does not.
with
    told as (
        select *, record_date as metric_date
        from ({{ newest_file_rows("file_ad_daily", "stg_files__ad_daily", ["ad_id", "record_date"]) }}) as newest_rows
    ),

    ads as ({{ unanswered_file_rows("told", "fct_ad_daily") }})

    {{ conform("ad_daily", "ads", canonical_columns("ad_daily") | map(attribute=0)) }}
