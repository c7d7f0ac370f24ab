-- Grain: one row per account and day whose counters a snapshot that came or went changes besides its own.
{{ touched_by_next_listing("xiaohongshu", "pgy_note", "stg_xiaohongshu__creator_notes") }}
