-- Grain: one row per day of profiles that this build makes anew for everybody, or lets go.
-- From the first touched day of activity on, and where the served snapshot has other days of profiles.
{{ config(materialized="table") }}

{% set states = as_served("inf_person_state") %}

with
    profile_days as ({{ profile_days() }}),

    served_days as (
        {% if states %}select distinct as_of_date, is_newest from {{ states }}
        {% else %}select as_of_date, is_newest from profile_days where 1 = 0
        {% endif %}
    ),

    first_touched as (select min(activity_date) as activity_date from {{ ref("int_touched_activity_days") }})

select profile_days.as_of_date
from profile_days
inner join first_touched on profile_days.as_of_date >= first_touched.activity_date
union
select as_of_date
from
    (
        select *
        from served_days
        except
        select *
        from profile_days
    ) as gone
union
select as_of_date
from
    (
        select *
        from profile_days
        except
        select *
        from served_days
    ) as come
