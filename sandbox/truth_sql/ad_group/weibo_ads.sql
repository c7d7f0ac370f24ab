-- Grain: one row per ad (广告计划) and version up to the instant.
select
    'weibo' as platform,
    'weibo_ads' as source,
    v.account_id,
    v.id::varchar as ad_group_id,
    c.id::varchar as campaign_id,
    v.name as ad_group_name,
    (v.budget::decimal(20, 5) / 100)::decimal(20, 5) as budget_amount,
    (v.bid::decimal(20, 5) / 100)::decimal(20, 5) as cpa_bid_amount,
    'CNY' as currency,
    local_time(v.created_at) as created_at,
    local_time(v.since) as modified_at,
    local_time(v.since) as valid_from,
    local_time(v.until) as valid_to,
    v.until is null as is_current,
    v.status <> 'DELETE' as is_listed
from ad_versions('wba', 'ad_group', $as_of) v
join wba_campaign c on c.account = v.account and c.number = v.campaign
order by v.account_id, ad_group_id, v.step
