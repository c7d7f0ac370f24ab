-- Grain: one row per account and record hash: a report row of a UTC day and creative, as answered.
-- A row may leave out a measure of which there was none; a field that the platform gives up shows in ops.drift.
{{ config(post_hook="{{ remember_staged_loads('linkedin_ads', 'ad_analytics') }}") }}

{% set fields = [
    ("day", "record_date", "date", true),
    ("creative", "_creative_urn", "text", true),
    ("campaign", "_campaign_urn", "text", false),
    ("campaignGroup", "_group_urn", "text", false),
    ("impressions", "_impressions", "bigint", false),
    ("clicks", "_clicks", "bigint", false),
    ("costInLocalCurrency", "_cost_in_local_currency", "long_amount", false),
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
    "impressions": "coalesce(_impressions, 0)",
    "clicks": "coalesce(_clicks, 0)",
    "cost_in_local_currency": "coalesce(_cost_in_local_currency, 0)",
    "ad_id": extract_first("_creative_urn", "([0-9]+)$"),
    "ad_group_id": extract_first("_campaign_urn", "([0-9]+)$"),
    "campaign_id": extract_first("_group_urn", "([0-9]+)$"),
} %}

{{ stage_payloads("linkedin_ads", "ad_analytics", fields, "record_date", computed) }}
