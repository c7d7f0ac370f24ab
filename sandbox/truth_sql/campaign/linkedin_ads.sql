-- Grain: one row per campaign group and version up to the instant.
select
    'linkedin' as platform,
    'linkedin_ads' as source,
    account_id,
    id::varchar as campaign_id,
    name as campaign_name,
    case status when 'ENABLE' then 'ACTIVE' when 'DISABLE' then 'PAUSED' else 'REMOVED' end as status,
    (budget::decimal(20, 5) / 100)::decimal(20, 5) as budget_amount,
    'TOTAL' as budget_mode,
    currency,
    local_time(created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from ad_versions('li', 'campaign', $as_of)
join li_currency using (account)
order by account_id, campaign_id, step
