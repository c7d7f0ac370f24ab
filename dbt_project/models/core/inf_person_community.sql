-- Grain: one row per person with consent to a profile, who did something in a community: as of the newest covered day.
with
    newest as (select as_of_date from ({{ profile_days() }}) as days where is_newest),

    by_community as (
        select
            bridge.person_id,
            newest.as_of_date,
            told.community_id,
            sum(told.member_change) > 0 as is_member,
            {{
                sum_of_last(
                    "case when told.action in ('post', 'reply', 'react') then 1 else 0 end",
                    90,
                    day="told.happened_date",
                )
            }} as community_acts_90d
        from {{ ref("fct_community_event") }} as told
        inner join {{ ref("bridge_person_identity") }} as bridge on told.user_identity_id = bridge.identity_id
        inner join ({{ consenting_persons("user_profile") }}) as consenting using (person_id)
        inner join newest on told.happened_date <= newest.as_of_date
        group by bridge.person_id, newest.as_of_date, told.community_id
    ),

    inf_person_community as (
        select
            person_id,
            as_of_date,
            cast(count(case when is_member then 1 end) as bigint) as communities,
            cast(sum(community_acts_90d) as bigint) as community_acts_90d
        from by_community
        group by person_id, as_of_date
    )

select *
from inf_person_community
