-- Grain: one row per source, account and live session that any file lists, as the last exported one says.
with
    listed as ({{ newest_file_rows("file_live_sessions", "stg_files__live_sessions", ["live_id"]) }})

    {{ conform("live_sessions", "listed", canonical_columns("live_sessions") | map(attribute=0)) }}
