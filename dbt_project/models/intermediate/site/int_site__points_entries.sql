-- Grain: one row per account and entry of points, as last seen.
{% set have = ["user_identity", "reason", "order_id", "activity_id", "points"] %}

{{ newest_events("points_entries", "site", "points", "stg_site__points_entries", ["event_id"], "booked_at", have) }}
