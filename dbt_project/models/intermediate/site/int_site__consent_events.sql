-- Grain: one row per account and consent given or taken back, as last seen.
{% set have = [
    "visitor_identity",
    "user_identity",
    "phone_identity",
    "email_identity",
    "purpose",
    "is_granted",
    "policy_version",
] %}

{{ newest_events("consent_events", "site", "consent", "stg_site__consents", ["event_id"], "decided_at", have) }}
