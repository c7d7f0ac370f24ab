-- Grain: one row per account and sign-up, as last seen.
{% set have = [
    "visitor_identity",
    "user_identity",
    "phone_identity",
    "email_identity",
    "event_name",
    "session_id",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "click_id",
] %}

{{ newest_events("sign_ups", "site", "sign_up", "stg_site__sign_ups", ["event_id"], "event_at", have) }}
