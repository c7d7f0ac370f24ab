-- Grain: one row per promotion and version up to the instant.
select
    'douyin' as platform,
    'oceanengine' as source,
    account_id,
    ad.promotion_id::varchar as ad_id,
    p.project_id::varchar as campaign_id,
    null::varchar as ad_group_id,
    v.name as ad_name,
    'PROMOTION_STATUS_' || status as status,
    phase as learning_phase,
    (budget::decimal(20, 5) / 100)::decimal(20, 5) as budget_amount,
    (cpa_bid::decimal(20, 5) / 100)::decimal(20, 5) as cpa_bid_amount,
    'CNY' as currency,
    ad.item_id::varchar as item_id,
    local_time(ad.created_at) as created_at,
    local_time(since) as modified_at,
    local_time(since) as valid_from,
    local_time(until) as valid_to,
    until is null as is_current,
    status <> 'DELETE' as is_listed
from
    (
        select v.*, lead(since) over (partition by advertiser, number order by step) as until
        from oe_promotion_version v
        where since <= $as_of
    ) v
join oe_promotion ad using (advertiser, number)
join
    (select advertiser, number as project, project_id from oe_project) p
    on p.advertiser = ad.advertiser
    and p.project = ad.project
join oe_advertiser on oe_advertiser.advertiser = ad.advertiser
order by account_id, ad_id, v.step
