-- Grain: one row per creative and day with delivery or a conversion. What a conversion is, its campaign says.
select
    'kuaishou' as platform,
    'kuaishou_ads' as source,
    account_id,
    campaign_id,
    ad_group_id,
    ad_id,
    metric_date,
    (cost::decimal(20, 5) / 100)::decimal(20, 5) as spend_amount,
    impressions,
    clicks,
    conversions,
    deep_conversions,
    plays as video_plays,
    plays3s as video_plays_3s,
    likes,
    comments,
    shares,
    follows as new_follows,
    if(campaign_type = 5, conversions, 0)::bigint as leads,
    if(campaign_type = 5, 0, conversions)::bigint as orders,
    (if(campaign_type = 5, 0, conversion_fen)::decimal(20, 5) / 100)::decimal(20, 5) as order_amount
from ad_days('ks', $as_of)
join (select id::varchar as campaign_id, campaign_type from ks_campaign) using (campaign_id)
where day between $first and $last
order by account_id, ad_id, metric_date
