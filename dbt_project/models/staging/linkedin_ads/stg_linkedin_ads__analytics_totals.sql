-- Grain: one row per account and record hash: the account's own UTC day, as answered.
{{ config(post_hook="{{ remember_staged_loads('linkedin_ads', 'ad_analytics_total') }}") }}

{% set fields = [
    ("day", "record_date", "date", true),
    ("impressions", "impressions", "bigint", false),
    ("clicks", "clicks", "bigint", false),
    ("costInLocalCurrency", "cost_in_local_currency", "long_amount", false),
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

{{ stage_payloads("linkedin_ads", "ad_analytics_total", fields, "record_date") }}
