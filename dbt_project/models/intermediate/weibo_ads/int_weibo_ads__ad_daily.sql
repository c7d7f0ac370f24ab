-- Grain: one row per ad (creative) and touched day that the report holds.
{{ ads_by_day("weibo_ads", "report_creative", "stg_weibo_ads__reports", weibo_ads_report_fields()) }}
