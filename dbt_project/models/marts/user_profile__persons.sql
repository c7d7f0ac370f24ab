-- Grain: one row per person who allows a profile, as of the newest covered day. What each column is: the seed
-- profile_features.
with persons as (select * from {{ ref("inf_person_profile") }}) select * from persons
