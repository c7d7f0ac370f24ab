-- Grain: one row per ad group and version up to the instant.
select
    'wechat' as platform,
    'tencent_ads' as source,
    account_id,
    id::varchar as ad_group_id,
    null::varchar as campaign_id,
    name as ad_group_name,
    if(status = 'ENABLE', 'ADGROUP_STATUS_ACTIVE', 'ADGROUP_STATUS_SUSPEND') as status,
    optimization as optimization_goal,
    (budget::decimal(20, 5) / 100)::decimal(20, 5) as budget_amount,
    if(is_optimized, (bid::decimal(20, 5) / 100)::decimal(20, 5), null) as cpa_bid_amount,
    'CNY' as currency,
    local_time(created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from ad_versions('tx', 'campaign', $as_of)
order by account_id, ad_group_id, step
