-- Grain: one row per creative and day with delivery or a lead, which counts for the day on which it came.
select
    'weibo' as platform,
    'weibo_ads' as source,
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
    likes,
    comments,
    reposts as shares,
    saves,
    follows as new_follows,
    conversions as leads
from ad_days('wba', $as_of)
where day between $first and $last and greatest(cost, impressions, clicks, conversions) > 0
order by account_id, ad_id, metric_date
