-- Grain: one row per account and record hash: followers of a page by a facet and its segment, as listed.
-- Organic and paid followers stand together in organicFollowerCount; a facet shows its 100 largest segments.
{{ config(post_hook="{{ remember_staged_loads('linkedin', 'follower_statistics') }}") }}

{% set facets = {
    "followerCountsByAssociationType": "association",
    "followerCountsByGeoCountry": "country",
    "followerCountsByGeo": "region",
    "followerCountsByFunction": "function",
    "followerCountsByIndustry": "industry",
    "followerCountsBySeniority": "seniority",
    "followerCountsByStaffCountRange": "company_size",
} %}

{% set fields = [
    ("facet", "_facet", "text", true),
    ("segment", "item", "text", true),
    ("followerCounts.organicFollowerCount", "people", "bigint", true),
] %}

{% set dimension -%}
    case
        _facet
        {%- for facet, name in facets.items() %}
            when '{{ facet }}' then '{{ name }}'
        {%- endfor %}
        else _facet
    end
{%- endset %}

{% set computed = {
    "dimension": dimension,
} %}

{{ stage_payloads("linkedin", "follower_statistics", fields, "null", computed) }}
