-- Grain: one row per account and record hash: a lead in the CRM.
{{ config(post_hook="{{ remember_staged_loads('database', 'crm_lead') }}") }}

{% set fields = [
    ("lead_id", "lead_id", "text", true),
    ("created_at", "lead_at", "timestamp", true),
    ("channel", "channel", "text", false),
    ("phone", "phone_identity", "text", false),
    ("email", "email_identity", "text", false),
    ("product", "product", "text", false),
    ("stage", "stage", "text", false),
    ("stage_at", "stage_at", "timestamp", false),
] %}

{{ stage_payloads("database", "crm_lead", fields, "cast(lead_at as date)") }}
