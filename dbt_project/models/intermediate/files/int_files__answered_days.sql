-- Grain: one row per source, account and day whose contents or ads the interface tells itself: files say nothing of it.
-- A report tells the days that its answers cover. Counters since publication tell every day from the first answer
-- to the last: what a missed day brought stands on the day after it.
{{ config(materialized="table") }}

with
    receipts as (
        select
            feeds.fact,
            receipts.source,
            receipts.account,
            receipts.slice_date,
            counters.resource is not null as is_counter,
            {{ last_told_day("receipts.slice_date", "receipts.fetched_at", "feeds.touches_days") }} as last_date
        from {{ ref("int_winning_receipts") }} as receipts
        inner join {{ ref("landing_feeds") }} as feeds using (source, resource)
        left join
            (select distinct source, resource from {{ ref("metric_map") }} where kind = 'cumulative') as counters
            using (source, resource)
        where feeds.fact in ('fct_content_daily', 'fct_ad_daily')
    ),

    spans as (
        select
            fact,
            source,
            account,
            cast(min(slice_date) as timestamp) as first_at,
            cast(max(last_date) as timestamp) + interval 1 day as end_at
        from receipts
        where fact = 'fct_content_daily' and is_counter
        group by fact, source, account
    ),

    answered_days as (
        select fact, source, account, slice_date as metric_date
        from receipts
        union
        select fact, source, account, cast({{ slices("first_at", "end_at", "'day'") }} as date) as metric_date
        from spans
    )

select *
from answered_days
