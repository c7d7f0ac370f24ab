-- Grain: one row per account and lead, as last seen.
{% set have = [
    "visitor_identity",
    "user_identity",
    "phone_identity",
    "email_identity",
    "product",
    "message_text",
    "session_id",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "click_id",
] %}

{{ newest_events("leads", "site", "inquiry", "stg_site__inquiries", ["lead_id"], "lead_at", have) }}
