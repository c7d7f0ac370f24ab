-- Grain: one row per dynamic creative and day with delivery, a booked conversion, or an attributed one.
-- There are no campaigns: what the plan of ads calls so are the ad groups.
select
    'wechat' as platform,
    'tencent_ads' as source,
    account_id,
    null::varchar as campaign_id,
    campaign_id as ad_group_id,
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
    likes,
    comments,
    shares
from ad_days('tx', $as_of)
where day between $first and $last
order by account_id, ad_id, metric_date
