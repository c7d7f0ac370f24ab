-- Grain: one row per post and touched UTC day for which its counters were listed.
{{ content_by_listing("linkedin", "share_statistics", "stg_linkedin__share_statistics", linkedin_statistics_fields()) }}
