-- Grain: one row per page and day that a listing of counters changes beyond its own.
{{ touched_by_next_listing("linkedin", "share_statistics", "stg_linkedin__share_statistics") }}
