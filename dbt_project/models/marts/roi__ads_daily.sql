-- Grain: one row per ad and day with delivery, under the names the platform shows now.
with
    ads_daily as (select * from {{ ref("fct_ad_daily") }}),

    accounts as (select * from {{ ref("dim_account") }}),

    campaigns as (select * from {{ ref("dim_campaign") }} where is_current),

    ad_groups as (select * from {{ ref("dim_ad_group") }} where is_current),

    ads as (select * from {{ ref("dim_ad") }} where is_current),

    named as (
        select
            ads_daily.platform,
            ads_daily.source,
            ads_daily.account_id,
            accounts.account_name,
            ads_daily.campaign_id,
            campaigns.campaign_name,
            ads_daily.ad_group_id,
            ad_groups.ad_group_name,
            ads_daily.ad_id,
            ads.ad_name,
            ads_daily.metric_date,
            accounts.currency,
            ads_daily.spend_amount,
            '{{ var("reporting_currency") }}' as reporting_currency,
            {{ in_reporting_currency("ads_daily.spend_amount", "accounts.currency", "ads_daily.metric_date") }}
            as reporting_spend_amount,
            ads_daily.impressions,
            ads_daily.clicks,
            ads_daily.conversions,
            ads_daily.attributed_conversions,
            ads_daily.deep_conversions,
            ads_daily.attributed_deep_conversions,
            ads_daily.video_plays,
            ads_daily.valid_video_plays,
            ads_daily.video_plays_3s,
            ads_daily.likes,
            ads_daily.comments,
            ads_daily.shares,
            ads_daily.saves,
            ads_daily.new_follows,
            ads_daily.leads,
            ads_daily.orders,
            ads_daily.order_amount,
            {{ in_reporting_currency("ads_daily.order_amount", "accounts.currency", "ads_daily.metric_date") }}
            as reporting_order_amount
        from ads_daily
        inner join accounts using (source, account_id) {{ join_rates("accounts.currency", "ads_daily.metric_date") }}
        left join campaigns using (source, account_id, campaign_id)
        left join ad_groups using (source, account_id, ad_group_id)
        left join ads using (source, account_id, ad_id)
    )

select *
from named
