-- Grain: one row per account and record hash: a page's followers, as listed.
{{ config(post_hook="{{ remember_staged_loads('linkedin', 'network_size') }}") }}

{% set fields = [
    ("organizationalEntity", "page_urn", "text", true),
    ("firstDegreeSize", "first_degree_size", "bigint", true),
] %}

{{ stage_payloads("linkedin", "network_size", fields, "null") }}
