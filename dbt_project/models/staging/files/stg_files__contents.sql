-- Grain: one row per source, account and record hash: a content as a file lists it.
{{ config(post_hook="{{ remember_staged_loads(none, 'file_contents') }}") }}

{{ stage_payloads(none, "file_contents", file_fields(content_fields()), "null") }}
