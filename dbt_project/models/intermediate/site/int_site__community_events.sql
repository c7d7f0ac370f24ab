-- Grain: one row per account and thing that a member did in a community, as last seen.
{% set have = ["community_id", "action", "user_identity"] %}

{{
    newest_events(
        "community_events",
        "site",
        "community",
        "stg_site__community_events",
        ["event_id"],
        "happened_at",
        have,
    )
}}
