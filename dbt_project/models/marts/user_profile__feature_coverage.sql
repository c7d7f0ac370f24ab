-- Grain: one row per feature of a profile: for how many persons it is known, and for how many it is more than nothing.
{% set columns = profile_features() %}

with
    counted as (
        select
            count(*) as persons
            {% for name in columns %}
                ,
                count({{ name }}) as known_{{ name }},
                count(case when cast({{ name }} as varchar) not in ('0', '0.00000', '') then 1 end) as filled_{{ name }}
            {% endfor %}
        from {{ ref("inf_person_profile") }}
    ),

    feature_coverage as (
        select
            features.feature,
            features.family,
            features.window_days,
            features.sources,
            features.definition_en,
            features.definition_zh,
            counted.persons,
            case
                features.feature {% for name in columns %} when '{{ name }}' then known_{{ name }} {% endfor %}
            end as known_persons,
            case
                features.feature {% for name in columns %} when '{{ name }}' then filled_{{ name }} {% endfor %}
            end as filled_persons
        from {{ ref("profile_features") }} as features
        cross join counted
    )

select *, {{ share_of("filled_persons", "persons") }} as coverage_rate
from feature_coverage
