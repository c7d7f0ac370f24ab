-- Grain: one row per creative and version up to the instant.
select
    'linkedin' as platform,
    'linkedin_ads' as source,
    v.account_id,
    ad_id,
    ad_group_id,
    campaign_id,
    name as ad_name,
    case status when 'ENABLE' then 'ACTIVE' when 'DISABLE' then 'PAUSED' else 'REMOVED' end as status,
    'urn:li:share:' || share_id as item_id,
    currency,
    local_time(created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from ad_versions('li', 'ad', $as_of) v
join ad_ids('li') ids on ids.account = v.account and ids.ad = v.number
join li_currency on li_currency.account = v.account
order by v.account_id, ad_id, step
