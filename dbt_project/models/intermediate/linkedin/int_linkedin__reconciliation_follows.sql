-- Grain: one row per page and touched day: net follows against the change of followers since the day before.
-- The platform counts followers when it is asked and gains by UTC day, so the two need not agree to the unit.
{{ reconcile_follows("linkedin", "page_follows_against_followers") }}
