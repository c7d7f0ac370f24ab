-- Grain: one row per source, account, resource and covered day: its records beside what the same weekday brought in
-- the weeks before.
with
    counts as (select * from {{ ref("record_counts") }}),

    compared as (
        select
            counts.source,
            counts.account,
            counts.resource,
            counts.metric_date,
            {{ lower_median("earlier.records") }} as median_records,
            count(earlier.records) as weeks_compared
        from counts
        left join
            counts as earlier
            on counts.source = earlier.source
            and counts.account = earlier.account
            and counts.resource = earlier.resource
            and earlier.metric_date < counts.metric_date
            and earlier.metric_date >= {{ add_days("counts.metric_date", -7 * var("volume_weeks")) }}
            and {{ iso_weekday("earlier.metric_date") }} = {{ iso_weekday("counts.metric_date") }}
        group by counts.source, counts.account, counts.resource, counts.metric_date
    ),

    volumes as (
        select
            counts.source,
            counts.account,
            counts.resource,
            counts.metric_date,
            counts.records,
            case when compared.weeks_compared >= 4 then compared.median_records end as expected_records,
            compared.weeks_compared
        from counts
        inner join compared using (source, account, resource, metric_date)
    )

select *
from volumes
