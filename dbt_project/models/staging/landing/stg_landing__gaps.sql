-- Grain: one row per account and record hash: why a window was not covered, as the extractors reported it.
{{ config(post_hook="{{ remember_staged_loads(none, '_gaps') }}") }}

{% set fields = [
    ("resource", "gap_resource", "text", true),
    ("reason", "reason", "text", true),
    ("code", "code", "text", false),
    ("message", "message", "text", false),
    ("request_id", "request_id", "text", false),
    ("action", "action", "text", false),
] %}

{{ stage_payloads(none, "_gaps", fields, "null") }}
