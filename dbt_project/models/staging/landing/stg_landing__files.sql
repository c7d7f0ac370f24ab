-- Grain: one row per account and record hash: a file that was taken from the drop folder.
{{ config(post_hook="{{ remember_staged_loads(none, '_files') }}") }}

{% set fields = [
    ("path", "path", "text", true),
    ("sha256", "sha256", "text", false),
    ("bytes", "bytes", "bigint", false),
    ("rows", "rows", "bigint", false),
    ("status", "status", "text", false),
] %}

{{ stage_payloads(none, "_files", fields, "null") }}
