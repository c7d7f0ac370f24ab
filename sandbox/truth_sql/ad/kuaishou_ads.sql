-- Grain: one row per creative and version up to the instant.
select
    'kuaishou' as platform,
    'kuaishou_ads' as source,
    v.account_id,
    ad_id,
    campaign_id,
    ad_group_id,
    name as ad_name,
    status,
    'CNY' as currency,
    photo_id::varchar as item_id,
    local_time(created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from ad_versions('ks', 'ad', $as_of) v
join ad_ids('ks') ids on ids.account = v.account and ids.ad = v.number
order by account_id, ad_id, step
