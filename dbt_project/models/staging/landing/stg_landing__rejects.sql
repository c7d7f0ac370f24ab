-- Grain: one row per account and record hash: a record that an extractor turned away, and why.
{{ config(post_hook="{{ remember_staged_loads(none, '_rejects') }}") }}

{% set fields = [
    ("resource", "reject_resource", "text", true),
    ("reason", "reason", "text", true),
    ("detail", "detail", "text", false),
    ("origin", "origin", "text", false),
] %}

{{ stage_payloads(none, "_rejects", fields, "null") }}
