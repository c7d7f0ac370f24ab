-- Grain: one row per paid order: the campaign that its own visit came from, else the one of its coupon.
-- What the site knew of the visit must have been delivered. Names of our own campaigns are those of the brand's lists.
with
    advertised as (
        select 'oceanengine' as source, account_id, campaign_id, ad_id from ad_ids('oe')
        union all
        select 'tencent_ads', account_id, campaign_id, ad_id from ad_ids('tx')
        union all
        select 'linkedin_ads', account_id, campaign_id, ad_id from ad_ids('li')
        union all
        select 'kuaishou_ads', account_id, campaign_id, ad_id from ad_ids('ks')
        union all
        select 'weibo_ads', account_id, campaign_id, ad_id from ad_ids('wba')
        union all
        select 'xiaohongshu', account_id, campaign_id, ad_id from ad_ids('xhs')
    ),
    batches as (
        select
            order_id,
            case
                when batch like 'STORE%' then 'store_coupons'
                when batch like 'MEMBER%' then 'member_coupons'
                when batch like 'WELCOME%' then 'welcome_coupons'
                when batch like 'SEASON%' then 'season_coupons'
            end as coupon_campaign
        from shop_coupon
    ),
    visited as (
        select
            o.order_id,
            day_at(o.at) as order_day,
            v.utm_source,
            case when v.utm_medium = 'cpc' then v.utm_content end as ad_id,
            case when v.utm_medium = 'crm' then v.utm_campaign end as own_campaign,
            b.coupon_campaign
        from shop_order o
        left join shop_visit v on o.day = v.day and o.visit = v.number and o.known_at <= $as_of
        left join batches b using (order_id)
    )
select
    'site' as platform,
    order_id,
    case
        when a.ad_id is not null then 'ads'
        when coalesce(own_campaign, coupon_campaign) is not null then 'own'
        else 'none'
    end as campaign_type,
    a.source as campaign_source,
    a.account_id as campaign_account_id,
    coalesce(a.campaign_id, own_campaign, coupon_campaign) as campaign_id
from visited
left join advertised a on visited.utm_source = a.source and visited.ad_id = a.ad_id
where order_day between $first and $last
order by order_id
