-- Grain: one row per promotion and version up to the instant.
select
    'douyin' as platform,
    'oceanengine' as source,
    v.account_id,
    ad_id,
    campaign_id,
    ad_group_id,
    name as ad_name,
    'PROMOTION_STATUS_' || status as status,
    phase as learning_phase,
    (budget::decimal(20, 5) / 100)::decimal(20, 5) as budget_amount,
    (bid::decimal(20, 5) / 100)::decimal(20, 5) as cpa_bid_amount,
    'CNY' as currency,
    item_id::varchar as item_id,
    local_time(created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from ad_versions('oe', 'ad', $as_of) v
join ad_ids('oe') ids on ids.account = v.account and ids.ad = v.number
order by account_id, ad_id, step
