-- Grain: one row per content and age at which contents are compared (the seed content_ages).
-- Day 0 is the day of publication, D7 the end of the seventh day after it. A counter is as observed on that very day,
-- never carried over; views without a counter are added up over days when every one of them is known.
with
    contents as (select * from {{ ref("dim_content") }}),

    ages as (select * from {{ ref("content_ages") }}),

    accounts as (select source, account_id, last_covered_date from {{ ref("dim_account") }}),

    content_daily as (select * from {{ ref("fct_content_daily") }}),

    checkpoints as (
        select
            contents.platform,
            contents.source,
            contents.account_id,
            contents.content_id,
            coalesce(contents.content_type, 'unknown') as content_type,
            contents.published_date,
            contents.published_at,
            ages.age_label,
            ages.age_days,
            {{ add_days("contents.published_date", "ages.age_days") }} as checkpoint_date,
            accounts.last_covered_date
        from contents
        cross join ages
        inner join accounts using (source, account_id)
    ),

    added_up as (
        select
            checkpoints.source,
            checkpoints.account_id,
            checkpoints.content_id,
            checkpoints.age_label,
            cast(sum(content_daily.views) as bigint) as views
        from checkpoints
        inner join
            content_daily
            on checkpoints.source = content_daily.source
            and checkpoints.account_id = content_daily.account_id
            and checkpoints.content_id = content_daily.content_id
            and content_daily.metric_date between checkpoints.published_date and checkpoints.checkpoint_date
        group by
            checkpoints.source,
            checkpoints.account_id,
            checkpoints.content_id,
            checkpoints.age_label,
            checkpoints.age_days
        having count(content_daily.views) = checkpoints.age_days + 1
    ),

    observed as (
        select
            checkpoints.*,
            content_daily.metric_date is not null as is_observed,
            coalesce(content_daily.views_to_date, added_up.views) as views_to_date,
            {% for counter in content_counters() if counter != "views" -%}
                content_daily.{{ counter }}_to_date,
            {% endfor -%}
            {{ engagements_of("content_daily", "_to_date") }} as engagements_to_date,
            content_daily.finish_rate_to_date,
            content_daily.average_view_seconds_to_date
        from checkpoints
        left join
            content_daily
            on checkpoints.source = content_daily.source
            and checkpoints.account_id = content_daily.account_id
            and checkpoints.content_id = content_daily.content_id
            and checkpoints.checkpoint_date = content_daily.metric_date
        left join
            added_up
            on checkpoints.source = added_up.source
            and checkpoints.account_id = added_up.account_id
            and checkpoints.content_id = added_up.content_id
            and checkpoints.age_label = added_up.age_label
    ),

    fct_content_age as (
        select
            platform,
            source,
            account_id,
            content_id,
            content_type,
            published_date,
            published_at,
            age_label,
            age_days,
            checkpoint_date,
            {% for counter in content_counters() -%} {{ counter }}_to_date, {% endfor -%}
            engagements_to_date,
            finish_rate_to_date,
            average_view_seconds_to_date,
            case
                when published_date is null
                then 'no_publication_day'
                when checkpoint_date > last_covered_date
                then 'too_young'
                when not is_observed
                then 'day_not_observed'
                when views_to_date is null and engagements_to_date is null
                then 'counters_not_told'
            end as missing_reason
        from observed
    )

select *
from fct_content_age
