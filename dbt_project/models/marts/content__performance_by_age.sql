-- Grain: one row per content and age: D1, D3, D7, D30 (the seed content_ages).
with
    ages as (select * from {{ ref("fct_content_age") }}),

    contents as (select source, account_id, content_id, title from {{ ref("dim_content") }}),

    accounts as (select source, account_id, account_name from {{ ref("dim_account") }}),

    performance_by_age as (
        select
            ages.platform,
            ages.source,
            ages.account_id,
            accounts.account_name,
            ages.content_id,
            ages.content_type,
            coalesce(types.content_format, 'other') as content_format,
            contents.title,
            ages.published_date,
            cast({{ iso_weekday("ages.published_date") }} as bigint) as iso_weekday,
            cast(extract(hour from ages.published_at) as bigint) as published_hour,
            ages.age_label,
            ages.age_days,
            ages.checkpoint_date,
            ages.missing_reason is null as is_known,
            ages.missing_reason,
            ages.views_to_date,
            ages.reach_to_date,
            ages.impressions_to_date,
            ages.likes_to_date,
            ages.recommends_to_date,
            ages.comments_to_date,
            ages.shares_to_date,
            ages.saves_to_date,
            ages.new_follows_to_date,
            ages.engagements_to_date,
            ages.finish_rate_to_date,
            ages.average_view_seconds_to_date,
            cast(ages.finish_rate_to_date * ages.views_to_date as decimal(20, 5)) as finished_views_to_date,
            cast(ages.average_view_seconds_to_date * ages.views_to_date as decimal(20, 5)) as view_seconds_to_date
        from ages
        inner join accounts using (source, account_id)
        inner join contents using (source, account_id, content_id)
        left join {{ ref("content_types") }} as types on ages.content_type = types.content_type
    )

select *
from performance_by_age
