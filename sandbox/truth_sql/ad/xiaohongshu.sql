-- Grain: one row per creative (创意) and version up to the instant; item_id is the note that it shows.
select
    'xiaohongshu' as platform,
    'xiaohongshu' as source,
    v.account_id,
    ad_id,
    ad_group_id,
    campaign_id,
    name as ad_name,
    status,
    note_id as item_id,
    'CNY' as currency,
    local_time(created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from ad_versions('xhs', 'ad', $as_of) v
join ad_ids('xhs') ids on ids.account = v.account and ids.ad = v.number
order by account_id, ad_id, step
