-- Grain: one row per ad (creative) and touched UTC day that the report holds.
{{ ads_by_day("linkedin_ads", "ad_analytics", "stg_linkedin_ads__analytics", linkedin_ads_report_fields()) }}
