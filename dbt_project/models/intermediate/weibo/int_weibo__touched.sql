-- Grain: one row per account and day whose numbers are differences to a listing that came or went.
{{ touched_by_next_listing("weibo", "statuses_count", "stg_weibo__post_counts") }}
