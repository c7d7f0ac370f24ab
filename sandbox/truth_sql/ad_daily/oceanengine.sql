-- Grain: one row per promotion and day with delivery, a booked conversion, or an attributed one.
select
    'douyin' as platform,
    'oceanengine' as source,
    account_id,
    campaign_id,
    ad_group_id,
    ad_id,
    metric_date,
    'CNY' as currency,
    (cost::decimal(20, 5) / 100)::decimal(20, 5) as spend_amount,
    impressions,
    clicks,
    conversions,
    deep_conversions,
    attributed_conversions,
    attributed_deep_conversions,
    plays as video_plays,
    valid as valid_video_plays,
    play3s as video_plays_3s
from ad_days('oe', $as_of)
where day between $first and $last
order by account_id, ad_id, metric_date
