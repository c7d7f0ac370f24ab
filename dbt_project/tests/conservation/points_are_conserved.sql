-- The points ledger adds up to what was landed, account by account and day by day; and the balances of persons with
-- those
-- of everybody else are the whole ledger up to the day of the profiles.
with
    told as (
        select
            entries.account,
            entries.event_id,
            entries.record_date,
            entries.points,
            row_number() over (
                partition by entries.account, entries.event_id
                order by seen.fetched_at desc, seen.load_id desc, entries.record_hash
            ) as newest
        from {{ ref("stg_site__points_entries") }} as entries
        inner join ({{ wanted_sightings("site", "points") }}) as seen using (source, account, record_hash)
        where entries.reject_reason is null
    ),

    staged as (
        select account as account_id, record_date as booked_date, sum(points) as total
        from told
        where newest = 1
        group by account, record_date
    ),

    core as (
        select account_id, booked_date, sum(points) as total
        from {{ ref("fct_points_entry") }}
        where source = 'site'
        group by account_id, booked_date
    ),

    marts as (
        select account_id, metric_date as booked_date, sum(points) as total
        from {{ ref("engagement__points_daily") }}
        where source = 'site'
        group by account_id, metric_date
    ),

    persons as (select sum(points_balance) as total, max(as_of_date) as as_of_date from {{ ref("inf_person_points") }}),

    others as (
        select sum(entries.points) as total
        from {{ ref("fct_points_entry") }} as entries
        cross join persons
        left join {{ ref("bridge_person_identity") }} as bridge on entries.user_identity_id = bridge.identity_id
        left join {{ ref("inf_person_points") }} as known using (person_id)
        where known.person_id is null and entries.booked_date <= persons.as_of_date
    ),

    ledger as (
        select sum(entries.points) as total
        from {{ ref("fct_points_entry") }} as entries
        cross join persons
        where entries.booked_date <= persons.as_of_date
    )

select account_id, booked_date, staged.total as expected, core.total as found
from staged
full outer join core using (account_id, booked_date)
full outer join marts using (account_id, booked_date)
where staged.total is distinct from core.total or core.total is distinct from marts.total
union all
select 'persons and others', persons.as_of_date, ledger.total, coalesce(persons.total, 0) + coalesce(others.total, 0)
from persons
cross join others
cross join ledger
where coalesce(ledger.total, 0) <> coalesce(persons.total, 0) + coalesce(others.total, 0)
