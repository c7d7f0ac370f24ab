-- Grain: one row per dynamic creative and version up to the instant.
select
    'wechat' as platform,
    'tencent_ads' as source,
    v.account_id,
    ad_id,
    null::varchar as campaign_id,
    campaign_id as ad_group_id,
    name as ad_name,
    if(status = 'ENABLE', 'AD_STATUS_NORMAL', 'AD_STATUS_SUSPEND') as status,
    'CNY' as currency,
    local_time(created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from ad_versions('tx', 'ad', $as_of) v
join ad_ids('tx') ids on ids.account = v.account and ids.ad = v.number
order by account_id, ad_id, step
