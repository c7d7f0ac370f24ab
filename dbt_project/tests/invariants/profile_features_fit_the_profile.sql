-- Every column of a profile is described as a feature, and every feature is a column.
-- depends_on: {{ ref("user_profile__persons") }}
with
    columns as (
        select column_name
        from information_schema.columns
        where
            table_catalog = '{{ target.database }}'
            and table_name = 'user_profile__persons'
            and column_name not in ('person_id', 'as_of_date')
    ),

    listed as (
        {% for name in profile_features() %}
            select '{{ name }}' as feature
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select columns.column_name, features.feature, listed.feature as listed
from columns
full outer join {{ ref("profile_features") }} as features on columns.column_name = features.feature
full outer join listed on listed.feature = coalesce(columns.column_name, features.feature)
where columns.column_name is null or features.feature is null or listed.feature is null
