-- Grain: one row per account and lead, as last seen.
{% set have = ["channel", "phone_identity", "email_identity", "product", "stage", "stage_at"] %}

{{ newest_events("leads", "database", "crm_lead", "stg_database__leads", ["lead_id"], "lead_at", have) }}
