-- Grain: one row per person with consent to a profile, who has points: as of the newest covered day.
-- The level is the highest of the seed loyalty_levels whose points the person earned in 365 days. What counts as earned
-- says the seed points_reasons.
with
    newest as (select as_of_date from ({{ profile_days() }}) as days where is_newest),

    entries as (
        select
            bridge.person_id,
            newest.as_of_date,
            told.booked_date,
            told.points,
            case when reasons.is_earned then told.points else 0 end as points_earned
        from {{ ref("fct_points_entry") }} as told
        inner join {{ ref("bridge_person_identity") }} as bridge on told.user_identity_id = bridge.identity_id
        inner join ({{ consenting_persons("user_profile") }}) as consenting using (person_id)
        inner join newest on told.booked_date <= newest.as_of_date
        left join {{ ref("points_reasons") }} as reasons using (reason)
    ),

    balances as (
        select
            person_id,
            as_of_date,
            cast(sum(points) as bigint) as points_balance,
            {{ sum_of_last("points_earned", 365, day="booked_date") }} as points_earned_365d
        from entries
        group by person_id, as_of_date
    ),

    reached as (
        select
            balances.person_id,
            levels.level,
            row_number() over (partition by balances.person_id order by levels.min_points desc, levels.level) as place
        from balances
        inner join {{ ref("loyalty_levels") }} as levels on balances.points_earned_365d >= levels.min_points
    ),

    inf_person_points as (
        select
            balances.person_id,
            balances.as_of_date,
            balances.points_balance,
            balances.points_earned_365d,
            reached.level as loyalty_level
        from balances
        left join reached on balances.person_id = reached.person_id and reached.place = 1
    )

select *
from inf_person_points
