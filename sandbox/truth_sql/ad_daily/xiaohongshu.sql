-- Grain: one row per creative and day on which it ran; orders count by the day of the click.
select
    'xiaohongshu' as platform,
    'xiaohongshu' as source,
    account_id,
    campaign_id,
    ad_group_id,
    ad_id,
    metric_date,
    'CNY' as currency,
    (cost::decimal(20, 5) / 100)::decimal(20, 5) as spend_amount,
    impressions,
    clicks,
    likes,
    comments,
    saves,
    follows as new_follows,
    shares,
    leads,
    attributed_conversions as orders,
    (attributed_fen::decimal(20, 5) / 100)::decimal(20, 5) as order_amount
from ad_days('xhs', $as_of)
semi join (select distinct account, ad, day from xhs_delivery) using (account, ad, day)
where day between $first and $last and is_ready(day, $as_of)
order by account_id, ad_id, metric_date
