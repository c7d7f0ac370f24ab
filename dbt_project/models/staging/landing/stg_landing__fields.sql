-- Grain: one row per account and record hash: a field that the records of a run had, as the extractors reported it.
{{ config(post_hook="{{ remember_staged_loads(none, '_fields') }}") }}

{% set fields = [
    ("resource", "field_resource", "text", true),
    ("field", "field_name", "text", true),
    ("status", "field_status", "text", true),
    ("records", "records", "bigint", true),
] %}

{{ stage_payloads(none, "_fields", fields, "null") }}
