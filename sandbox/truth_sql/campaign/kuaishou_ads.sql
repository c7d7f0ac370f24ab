-- Grain: one row per campaign and version up to the instant.
select
    'kuaishou' as platform,
    'kuaishou_ads' as source,
    account_id,
    id::varchar as campaign_id,
    name as campaign_name,
    status,
    campaign_type::varchar as marketing_goal,
    (budget::decimal(20, 5) / 100)::decimal(20, 5) as budget_amount,
    'CNY' as currency,
    local_time(created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from ad_versions('ks', 'campaign', $as_of)
order by account_id, campaign_id, step
