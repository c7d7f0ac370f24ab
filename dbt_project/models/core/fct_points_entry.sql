-- Grain: one row per account and entry of the points ledger: points that a member was given or that were taken away.
with
    entries as ({{ union_conformed("points_entries") }}),

    named as (
        select sources.platform, entries.* from entries inner join {{ ref("sources") }} as sources using (source)
    ),

    fct_points_entry as (
        select
            named.platform,
            named.source,
            named.account_id,
            named.event_id,
            {{ identity_ids("named", ["user"]) }},
            named.points,
            coalesce(named.reason, 'unknown') as reason,
            named.order_id,
            named.activity_id,
            named.booked_at,
            cast(named.booked_at as date) as booked_date
        from named
    )

select *
from fct_points_entry
