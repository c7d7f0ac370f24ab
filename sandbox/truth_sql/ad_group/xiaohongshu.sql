-- Grain: one row per unit (单元) and version up to the instant. The listing shows deleted ones too.
select
    'xiaohongshu' as platform,
    'xiaohongshu' as source,
    v.account_id,
    v.id::varchar as ad_group_id,
    c.id::varchar as campaign_id,
    name as ad_group_name,
    status,
    (bid::decimal(20, 5) / 100)::decimal(20, 5) as cpa_bid_amount,
    'CNY' as currency,
    local_time(v.created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from ad_versions('xhs', 'ad_group', $as_of) v
join (select account, number as campaign, id from xhs_campaign) c using (account, campaign)
order by account_id, ad_group_id, step
