-- Grain: one row per account and thing that somebody did in a marketing activity, as last seen.
{% set have = [
    "activity_id",
    "action",
    "visitor_identity",
    "user_identity",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
] %}

{{
    newest_events(
        "activity_participations",
        "site",
        "activity",
        "stg_site__activity_participations",
        ["event_id"],
        "participated_at",
        have,
    )
}}
