-- Hours on the hot list: the mart's hours are those of the core listings, and the peak is the highest of them.
with
    core as (
        select
            snapshot_date as metric_date, title, count(distinct snapshot_hour) as hours_listed, max(heat) as peak_heat
        from {{ ref("fct_hot_topic_hourly") }}
        group by snapshot_date, title
    ),

    marts as (select metric_date, title, hours_listed, peak_heat from {{ ref("engagement__hot_topics_daily") }})

select metric_date, title, core.hours_listed as core_hours, marts.hours_listed as mart_hours
from core
full outer join marts using (metric_date, title)
where core.hours_listed is distinct from marts.hours_listed or core.peak_heat is distinct from marts.peak_heat
