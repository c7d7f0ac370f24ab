-- Grain: one row per advertiser, touched day and metric: our ads added up against the sum that the same answer gave.
{{ reconcile_ads("weibo_ads", "report_creative_sum", "stg_weibo_ads__report_sums", weibo_ads_report_fields()) }}
