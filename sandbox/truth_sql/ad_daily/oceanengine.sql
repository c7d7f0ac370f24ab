-- Grain: one row per promotion and day with delivery, a booked conversion, or an attributed one.
with
    delivered as (
        select
            advertiser,
            promotion,
            day,
            sum(cost) as cost,
            sum(impressions) as impressions,
            sum(clicks) as clicks,
            sum(plays) as plays,
            sum(valid) as valid,
            sum(play3s) as play3s
        from oe_delivery
        where known_at <= $as_of
        group by all
    ),
    events as (
        select advertiser, promotion, day as click_day, day_at(converted_at) as booked_day, 0 as is_deep
        from oe_conversion
        union all
        select advertiser, promotion, day, day_at(deep_at), 1
        from oe_conversion
        where deep_at > 0
    ),
    shown as (select * from events where day_start(booked_day + 1) <= $as_of),
    booked as (
        select
            advertiser,
            promotion,
            booked_day as day,
            count(*) filter (is_deep = 0) as conversions,
            count(*) filter (is_deep = 1) as deep_conversions
        from shown
        group by all
    ),
    attributed as (
        select
            advertiser,
            promotion,
            click_day as day,
            count(*) filter (is_deep = 0) as attributed_conversions,
            count(*) filter (is_deep = 1) as attributed_deep_conversions
        from shown
        group by all
    )
select
    'douyin' as platform,
    'oceanengine' as source,
    account_id,
    project_id::varchar as campaign_id,
    null::varchar as ad_group_id,
    promotion_id::varchar as ad_id,
    day_date(day) as metric_date,
    'CNY' as currency,
    (coalesce(cost, 0)::decimal(20, 5) / 100)::decimal(20, 5) as spend_amount,
    coalesce(impressions, 0)::bigint as impressions,
    coalesce(clicks, 0)::bigint as clicks,
    coalesce(conversions, 0)::bigint as conversions,
    coalesce(deep_conversions, 0)::bigint as deep_conversions,
    coalesce(attributed_conversions, 0)::bigint as attributed_conversions,
    coalesce(attributed_deep_conversions, 0)::bigint as attributed_deep_conversions,
    coalesce(plays, 0)::bigint as video_plays,
    coalesce(valid, 0)::bigint as valid_video_plays,
    coalesce(play3s, 0)::bigint as video_plays_3s
from delivered
full join booked using (advertiser, promotion, day)
full join attributed using (advertiser, promotion, day)
join (select advertiser, number as promotion, project, promotion_id from oe_promotion) ad using (advertiser, promotion)
join (select advertiser, number as project, project_id from oe_project) using (advertiser, project)
join oe_advertiser using (advertiser)
where day between $first and $last and day_start(day + 1) <= $as_of
order by account_id, ad_id, metric_date
