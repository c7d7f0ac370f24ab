-- Grain: one row per campaign and version up to the instant.
select
    'weibo' as platform,
    'weibo_ads' as source,
    account_id,
    id::varchar as campaign_id,
    name as campaign_name,
    case status when 'ENABLE' then '1' when 'DISABLE' then '0' else '2' end as status,
    objective::varchar as marketing_goal,
    (budget::decimal(20, 5) / 100)::decimal(20, 5) as budget_amount,
    case when is_total_budget then '1' else '2' end as budget_mode,
    'CNY' as currency,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from ad_versions('wba', 'campaign', $as_of)
order by account_id, campaign_id, step
