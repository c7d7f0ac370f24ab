-- Grain: one row per fact, source, account, day and column that later answers or files changed: from what, to what,
-- how often.
-- Sums over the entities of the day (ads, contents) of what was added and taken away.
with
    revisions as (
        select
            fact,
            platform,
            source,
            account_id,
            metric_date,
            column_name,
            cast(count(*) as bigint) as changes,
            cast(count(distinct entity_id) as bigint) as entities,
            cast(sum(coalesce(new_value, 0) - coalesce(old_value, 0)) as decimal(20, 5)) as difference,
            min(revised_at) as first_revised_at,
            max(revised_at) as last_revised_at
        from {{ ref("fct_revision") }}
        group by fact, platform, source, account_id, metric_date, column_name
    )

select *
from revisions
