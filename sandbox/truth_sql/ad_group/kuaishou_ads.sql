-- Grain: one row per unit and version up to the instant.
select
    'kuaishou' as platform,
    'kuaishou_ads' as source,
    account_id,
    v.id::varchar as ad_group_id,
    campaign_id,
    name as ad_group_name,
    status,
    ocpx_action_type::varchar as optimization_goal,
    (budget::decimal(20, 5) / 100)::decimal(20, 5) as budget_amount,
    (bid::decimal(20, 5) / 100)::decimal(20, 5) as cpa_bid_amount,
    'CNY' as currency,
    local_time(created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from ad_versions('ks', 'ad_group', $as_of) v
join (select account, number as campaign, id::varchar as campaign_id from ks_campaign) using (account, campaign)
order by account_id, ad_group_id, step
