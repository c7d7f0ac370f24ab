-- Grain: one row per planned piece and account that published it (one without an account where none did), and one per
-- content that no plan holds, since the first planned day.
-- A piece and a content belong together when both find nobody nearer: the same platform (and account, where planned),
-- the same title, days apart at most var plan_tolerance_days.
with
    plans as (
        select *, cast(planned_at as date) as planned_date, {{ comparable_title("title") }} as plan_title
        from {{ ref("content_calendar") }}
    ),

    planned_platforms as (select platform, min(planned_date) as first_planned_date from plans group by platform),

    accounts as (select source, account_id, account_name from {{ ref("dim_account") }}),

    watched_days as (select distinct platform, metric_date from {{ ref("fct_content_daily") }}),

    as_of as (select platform, max(metric_date) as as_of_date from watched_days group by platform),

    contents as (
        select contents.*, {{ comparable_title("contents.title") }} as content_title
        from {{ ref("dim_content") }} as contents
        inner join planned_platforms using (platform)
        where contents.published_date >= planned_platforms.first_planned_date
    ),

    pairs as (
        select
            plans.plan_id,
            contents.source,
            contents.account_id,
            contents.content_id,
            row_number() over (
                partition by plans.plan_id, contents.source, contents.account_id
                order by abs(contents.published_date - plans.planned_date), contents.published_date, contents.content_id
            ) as place_of_content,
            row_number() over (
                partition by contents.source, contents.account_id, contents.content_id
                order by
                    abs(contents.published_date - plans.planned_date),
                    plans.planned_date,
                    plans.planned_at,
                    plans.plan_id
            ) as place_of_plan
        from plans
        inner join
            contents
            on plans.platform = contents.platform
            and plans.plan_title = contents.content_title
            and coalesce(plans.account_id, contents.account_id) = contents.account_id
            and abs(contents.published_date - plans.planned_date) <= {{ var("plan_tolerance_days") }}
    ),

    matched as (select * from pairs where place_of_content = 1 and place_of_plan = 1),

    sides as (
        select
            coalesce(plans.platform, contents.platform) as platform,
            plans.plan_id,
            coalesce(contents.source, matched.source) as source,
            coalesce(contents.account_id, plans.account_id) as account_id,
            contents.content_id,
            coalesce(contents.title, plans.title) as title,
            plans.theme,
            plans.owner,
            plans.planned_at,
            plans.planned_date,
            contents.published_date,
            contents.published_at,
            contents.published_date - plans.planned_date as days_late
        from plans
        left join matched on plans.plan_id = matched.plan_id
        full outer join
            contents
            on matched.source = contents.source
            and matched.account_id = contents.account_id
            and matched.content_id = contents.content_id
    ),

    plan_vs_published as (
        select
            sides.platform,
            sides.plan_id,
            sides.source,
            sides.account_id,
            accounts.account_name,
            sides.content_id,
            sides.title,
            sides.theme,
            sides.owner,
            sides.planned_at,
            sides.planned_date,
            sides.published_date,
            sides.published_at,
            sides.days_late,
            coalesce(sides.planned_date, sides.published_date) as metric_date,
            case
                when sides.plan_id is null
                then 'unplanned'
                when sides.days_late > 0
                then 'late'
                when sides.days_late < 0
                then 'early'
                when sides.days_late = 0
                then 'on_time'
                when sides.planned_date > as_of.as_of_date
                then 'planned'
                when watched_days.metric_date is null
                then 'not_watched'
                else 'not_published'
            end as plan_status
        from sides
        left join accounts on sides.source = accounts.source and sides.account_id = accounts.account_id
        left join as_of on sides.platform = as_of.platform
        left join
            watched_days on sides.platform = watched_days.platform and sides.planned_date = watched_days.metric_date
    )

select *
from plan_vs_published
