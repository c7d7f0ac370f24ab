-- Grain: one row per project and version up to the instant.
select
    'douyin' as platform,
    'oceanengine' as source,
    account_id,
    id::varchar as campaign_id,
    name as campaign_name,
    'PROJECT_STATUS_' || status as status,
    marketing_goal,
    landing_type,
    (budget::decimal(20, 5) / 100)::decimal(20, 5) as budget_amount,
    'BUDGET_MODE_DAY' as budget_mode,
    (bid::decimal(20, 5) / 100)::decimal(20, 5) as cpa_bid_amount,
    'CNY' as currency,
    local_time(created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from ad_versions('oe', 'campaign', $as_of)
order by account_id, campaign_id, step
