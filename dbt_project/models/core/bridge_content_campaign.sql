-- Grain: one row per content of ours, campaign that used it and way in which that is known.
-- An ad that shows a content says so (item_id, in any version of the ad); links say so by utm_content.
with
    contents as (select platform, source, account_id, content_id from {{ ref("dim_content") }}),

    ad_groups as (
        select source, account_id, ad_group_id, max(campaign_id) as campaign_id
        from {{ ref("dim_ad_group") }}
        group by source, account_id, ad_group_id
    ),

    by_ad as (
        select
            ads.platform,
            ads.source as ad_source,
            ads.account_id as ad_account_id,
            coalesce(ads.campaign_id, ad_groups.campaign_id) as campaign_id,
            ads.item_id as content_id,
            'ad' as matched_by,
            count(distinct ads.ad_id) as ads
        from {{ ref("dim_ad") }} as ads
        left join ad_groups using (source, account_id, ad_group_id)
        where ads.item_id is not null
        group by ads.platform, ads.source, ads.account_id, ads.campaign_id, ad_groups.campaign_id, ads.item_id
    ),

    campaigns as (select distinct platform, source, account_id, campaign_id from {{ ref("dim_campaign") }}),

    by_link as (
        select
            campaigns.platform,
            campaigns.source as ad_source,
            campaigns.account_id as ad_account_id,
            campaigns.campaign_id,
            visits.utm_content as content_id,
            'utm_content' as matched_by,
            0 as ads
        from {{ ref("fct_visit_daily") }} as visits
        inner join
            campaigns on visits.origin_platform = campaigns.platform and visits.utm_campaign = campaigns.campaign_id
        where visits.utm_content is not null
        group by campaigns.platform, campaigns.source, campaigns.account_id, campaigns.campaign_id, visits.utm_content
    ),

    named as (
        select *
        from by_ad
        union all
        select *
        from by_link
    ),

    bridge_content_campaign as (
        select
            contents.platform,
            contents.source,
            contents.account_id,
            contents.content_id,
            named.ad_source,
            named.ad_account_id,
            named.campaign_id,
            named.matched_by,
            cast(sum(named.ads) as bigint) as ads
        from named
        inner join contents using (platform, content_id)
        group by
            contents.platform,
            contents.source,
            contents.account_id,
            contents.content_id,
            named.ad_source,
            named.ad_account_id,
            named.campaign_id,
            named.matched_by
    )

select *
from bridge_content_campaign
