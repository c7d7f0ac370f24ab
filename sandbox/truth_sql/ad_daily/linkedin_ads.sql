-- Grain: one row per creative and UTC day with delivery; conversions count on the day of the click.
select
    'linkedin' as platform,
    'linkedin_ads' as source,
    account_id,
    campaign_id,
    ad_group_id,
    ad_id,
    metric_date,
    currency,
    (cost::decimal(20, 5) / 100)::decimal(20, 5) as spend_amount,
    impressions,
    clicks,
    attributed_conversions,
    video_views as video_plays,
    likes,
    comments,
    shares,
    follows as new_follows,
    leads
from ad_days('li', $as_of)
join li_currency using (account)
where day between $first and $last and (cost <> 0 or impressions <> 0 or clicks <> 0 or attributed_conversions <> 0)
order by account_id, ad_id, metric_date
