-- Grain: one row per account, day and item of a list of the fans' portrait, as it stood the next morning at ten.
with
    days as (select range as day from range($first, $last + 1)),
    people as (
        select p.account, days.day, p.item, sum(p.people) as people
        from days
        join dy_portrait p on p.day <= days.day and p.known_at <= least($as_of, day_start(days.day + 1) + 36000)
        where day_start(days.day + 1) + 36000 <= $as_of
        group by all
    ),
    named as (
        select
            account,
            day,
            people,
            case distribution
                when 'geographical_distributions' then 'region'
                else regexp_replace(distribution, '_distributions$', '')
            end as dimension,
            label
        from people
        join dy_item using (item)
    )
select
    'douyin' as platform,
    'douyin' as source,
    open_id as account_id,
    day_date(day) as snapshot_date,
    dimension,
    case when dimension = 'gender' then if(label = '1', 'male', 'female') else label end as item,
    people::bigint as people,
    (people::double / sum(people) filter (dimension = 'gender') over (partition by account, day))::decimal(9, 5)
    as share
from named
join dy_account using (account)
order by account_id, snapshot_date, dimension, item
