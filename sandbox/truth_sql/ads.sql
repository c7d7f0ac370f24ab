-- What is true of the ads of any platform whose world is an AdsWorld; `prefix` is its market's key.
-- Grain of ad_days: one row per ad and day with delivery, a booked conversion, or an attributed one; money in 分.
-- The market's counters (cost, impressions, clicks, its steps) are columns, conversions count by their own day,
-- attributed ones by the day of the click. A day is there when it has ended.
create macro ad_days(prefix, asked) as table
with
    delivered as (
        select
            account,
            ad,
            day,
            sum(columns(c -> c not in ('account', 'ad', 'day', 'known_at')))::bigint as '\0'
        from query_table(prefix || '_delivery')
        where known_at <= asked
        group by account, ad, day
    ),
    events as (
        select account, ad, day as click_day, day_at(converted_at) as booked_day, 0 as is_deep, amount
        from query_table(prefix || '_conversion')
        union all
        select account, ad, day, day_at(deep_at), 1, 0
        from query_table(prefix || '_conversion')
        where deep_at > 0
    ),
    shown as (select * from events where day_start(booked_day + 1) <= asked),
    booked as (
        select
            account,
            ad,
            booked_day as day,
            count(*) filter (is_deep = 0) as conversions,
            count(*) filter (is_deep = 1) as deep_conversions,
            sum(amount)::bigint as conversion_fen
        from shown
        group by all
    ),
    attributed as (
        select
            account,
            ad,
            click_day as day,
            count(*) filter (is_deep = 0) as attributed_conversions,
            count(*) filter (is_deep = 1) as attributed_deep_conversions,
            sum(amount)::bigint as attributed_fen
        from shown
        group by all
    ),
    joined as (
        select account, ad, day, coalesce(columns(* exclude (account, ad, day)), 0)
        from delivered
        full join booked using (account, ad, day)
        full join attributed using (account, ad, day)
        where day_start(day + 1) <= asked
    )
select u.account_id, u.campaign_id, u.ad_group_id, u.ad_id, day_date(joined.day) as metric_date, joined.*
from joined
join ad_ids(prefix) u using (account, ad);

-- Grain of ad_ids: one row per ad, with the platform's ids above it as text.
create macro ad_ids(prefix) as table
select
    account,
    a.number as ad,
    account_id,
    c.id::varchar as campaign_id,
    g.id::varchar as ad_group_id,
    a.id::varchar as ad_id
from query_table(prefix || '_ad') a
join query_table(prefix || '_account') using (account)
join (select account, number as campaign, id from query_table(prefix || '_campaign')) c using (account, campaign)
left join (select account, number as ad_group, id from query_table(prefix || '_ad_group')) g using (account, ad_group);

-- Grain of ad_versions: one row per unit of a level (campaign, ad_group, ad) and version up to the instant, with the
-- unit's own columns (id, created_at, its platform's traits) and the version's (name, status, budget, bid, phase).
create macro ad_versions(prefix, level, asked) as table
select u.*, v.* exclude (account, number), account_id
from
    (
        select *, lead(since) over (partition by account, number order by step) as until
        from query_table(prefix || '_' || level || '_version')
        where since <= asked
    ) v
join query_table(prefix || '_' || level) u using (account, number)
join query_table(prefix || '_account') using (account);
