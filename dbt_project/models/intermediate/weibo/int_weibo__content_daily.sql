-- Grain: one row per post and touched day on which its counters were told; days are differences of snapshots.
{{ content_by_listing("weibo", "statuses_count", "stg_weibo__post_counts", ["reposts", "comments", "attitudes"]) }}
