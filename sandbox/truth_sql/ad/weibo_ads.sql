-- Grain: one row per creative and version up to the instant. A creative has no name, budget or bid of its own.
select
    'weibo' as platform,
    'weibo_ads' as source,
    v.account_id,
    ad_id,
    ad_group_id,
    campaign_id,
    case v.status when 'ENABLE' then '1' when 'DISABLE' then '4' else '9' end as status,
    'CNY' as currency,
    local_time(created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    v.status <> 'DELETE' as is_listed
from ad_versions('wba', 'ad', $as_of) v
join ad_ids('wba') ids on ids.account = v.account and ids.ad = v.number
order by account_id, ad_id, step
