-- Grain: one row per account and record hash: a report row of a UTC day and creative, as answered.
{{ config(post_hook="{{ remember_staged_loads('linkedin_ads', 'ad_analytics') }}") }}

{% set fields = [
    ("day", "record_date", "date", true),
    ("creative", "_creative_urn", "text", true),
    ("campaign", "_campaign_urn", "text", false),
    ("campaignGroup", "_group_urn", "text", false),
    ("impressions", "impressions", "bigint", true),
    ("clicks", "clicks", "bigint", true),
    ("costInLocalCurrency", "cost_in_local_currency", "long_amount", true),
    ("costInUsd", "cost_in_usd", "long_amount", false),
    ("landingPageClicks", "landing_page_clicks", "bigint", false),
    ("likes", "likes", "bigint", false),
    ("comments", "comments", "bigint", false),
    ("shares", "shares", "bigint", false),
    ("follows", "follows", "bigint", false),
    ("externalWebsiteConversions", "external_website_conversions", "bigint", false),
    ("oneClickLeads", "one_click_leads", "bigint", false),
    ("oneClickLeadFormOpens", "one_click_lead_form_opens", "bigint", false),
    ("videoViews", "video_views", "bigint", false),
    ("videoCompletions", "video_completions", "bigint", false),
] %}

{% set computed = {
    "ad_id": extract_first("_creative_urn", "([0-9]+)$"),
    "ad_group_id": extract_first("_campaign_urn", "([0-9]+)$"),
    "campaign_id": extract_first("_group_urn", "([0-9]+)$"),
} %}

{{ stage_payloads("linkedin_ads", "ad_analytics", fields, "record_date", computed) }}
