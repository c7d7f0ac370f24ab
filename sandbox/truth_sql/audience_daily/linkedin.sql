-- Grain: one row per page, day, dimension and item with anybody in it, at the end of the UTC day.
with
    days as (
        select page, d.day from li_page, (select range as day from range(0, $last + 1)) d where is_ready(d.day, $as_of)
    ),
    grown as (
        select
            page,
            page_id,
            day,
            (followers + sum(organic + paid) over (partition by page order by day))::bigint as followers
        from days
        join li_page using (page)
        join li_day using (page, day)
    ),
    named as (
        select
            'linkedin' as platform,
            'linkedin' as source,
            page_id as account_id,
            day,
            day_date(day) as snapshot_date,
            case
                facet
                when 'followerCountsByAssociationType'
                then 'association'
                when 'followerCountsByGeoCountry'
                then 'country'
                when 'followerCountsByGeo'
                then 'region'
                when 'followerCountsByStaffCountRange'
                then 'company_size'
                else lower(substr(facet, 17))
            end as dimension,
            segment as item,
            whole(followers * millionths, 1000000)::bigint as people
        from grown
        join li_segment using (page)
    )
select * exclude (day)
from named
where day between $first and $last and people > 0
order by account_id, snapshot_date, dimension, item
