-- Grain: one row per campaign and version up to the instant.
select
    'linkedin' as platform,
    'linkedin_ads' as source,
    account_id,
    v.id::varchar as ad_group_id,
    c.id::varchar as campaign_id,
    name as ad_group_name,
    case status when 'ENABLE' then 'ACTIVE' when 'DISABLE' then 'PAUSED' else 'REMOVED' end as status,
    objective as optimization_goal,
    (budget::decimal(20, 5) / 100)::decimal(20, 5) as budget_amount,
    'DAILY' as budget_mode,
    currency,
    local_time(v.created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from ad_versions('li', 'ad_group', $as_of) v
join (select account, number as campaign, id from li_campaign) c using (account, campaign)
join li_currency using (account)
order by account_id, ad_group_id, step
