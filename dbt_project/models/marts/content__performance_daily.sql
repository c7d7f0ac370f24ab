-- Grain: one row per content and day on which it was published, read or acted upon.
with
    contents as (select * from {{ ref("dim_content") }}),

    content_daily as (select * from {{ ref("fct_content_daily") }}),

    accounts as (select * from {{ ref("dim_account") }}),

    content_days as (
        select source, account_id, content_id, metric_date
        from content_daily
        union
        select source, account_id, content_id, published_date
        from contents
        where published_date is not null
    ),

    counted as (
        select
            *,
            coalesce(likes, 0)
            + coalesce(recommends, 0)
            + coalesce(comments, 0)
            + coalesce(shares, 0)
            + coalesce(saves, 0) as engagements
        from content_daily
    ),

    performance_daily as (
        select
            accounts.platform,
            content_days.source,
            content_days.account_id,
            accounts.account_name,
            content_days.content_id,
            coalesce(contents.content_type, 'unknown') as content_type,
            coalesce(types.content_format, 'other') as content_format,
            contents.title,
            contents.published_date,
            content_days.metric_date - contents.published_date as age_days,
            content_days.metric_date,
            cast({{ iso_weekday("content_days.metric_date") }} as bigint) as iso_weekday,
            content_daily.views,
            content_daily.reach,
            content_daily.impressions,
            content_daily.clicks,
            content_daily.likes,
            content_daily.recommends,
            content_daily.comments,
            content_daily.shares,
            content_daily.saves,
            coalesce(content_daily.engagements, 0) as engagements,
            case when content_daily.views is not null then content_daily.engagements end as viewed_engagements,
            case when content_daily.views is not null then content_daily.shares end as viewed_shares,
            content_daily.new_follows,
            cast(
                case when content_days.metric_date = contents.published_date then 1 else 0 end as bigint
            ) as contents_published,
            content_daily.reward_amount,
            accounts.currency,
            coalesce(content_daily.is_correction, false) as is_correction
        from content_days
        inner join accounts using (source, account_id)
        left join counted as content_daily using (source, account_id, content_id, metric_date)
        left join contents using (source, account_id, content_id)
        left join {{ ref("content_types") }} as types on contents.content_type = types.content_type
    )

select *
from performance_daily
