-- Grain: one row per account and day whose numbers another listing's coming or going changes.
{{ touched_by_next_listing("kuaishou", "photo", "stg_kuaishou__photos") }}
