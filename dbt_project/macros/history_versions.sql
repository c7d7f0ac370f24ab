{# Sightings of an entity in their order, numbered by version: a version begins when a tracked column differs from the sighting before. #}
{% macro numbered_versions(seen, key, tracked) %}
    with
        fingerprints as (
            select
                *,
                concat_ws(
                    '|',
                    {% for column in tracked -%}
                        coalesce(cast({{ column }} as varchar), '<none>'){% if not loop.last %},{% endif %}
                    {% endfor %}
                ) as fingerprint
            from {{ seen }}
            where place = 1
        ),

        changes as (
            select
                *,
                case
                    when
                        fingerprint
                        = lag(fingerprint) over (partition by account, {{ key }} order by fetched_at, load_id)
                    then 0
                    else 1
                end as is_change
            from fingerprints
        ),

        numbered as (
            select
                *,
                sum(is_change) over (
                    partition by account, {{ key }} order by fetched_at, load_id rows unbounded preceding
                ) as version_number
            from changes
        )

    select *
    from numbered
{% endmacro %}

{#
The first sighting of each version with the time from which the version holds, valid_from; of versions with one such time the last counts.
#}
{% macro dated_versions(numbered, key) %}
    with
        versions as (
            select
                *,
                max(modified_at) over (partition by account, {{ key }}, version_number) as last_modified_at,
                max(created_at) over (partition by account, {{ key }}, version_number) as first_created_at,
                max(greatest(coalesce(modified_at, window_start), window_start)) over (
                    partition by account, {{ key }}
                    order by fetched_at, load_id
                    rows between unbounded preceding and 1 preceding
                ) as known_until
            from {{ numbered }}
        ),

        candidates as (
            select
                *,
                case
                    when modified_at is not null and (known_until is null or modified_at > known_until)
                    then modified_at
                    when known_until is null or window_start > known_until
                    then window_start
                    else {{ business_time_from_utc("fetched_at") }}
                end as candidate
            from versions
            where is_change = 1
        ),

        ordered as (
            select
                *,
                max(candidate) over (
                    partition by account, {{ key }} order by version_number rows unbounded preceding
                ) as valid_from
            from candidates
        ),

        kept as (
            select
                *,
                row_number() over (
                    partition by account, {{ key }}, valid_from order by version_number desc
                ) as place_from_end
            from ordered
        )

    select *
    from kept
    where place_from_end = 1
{% endmacro %}
