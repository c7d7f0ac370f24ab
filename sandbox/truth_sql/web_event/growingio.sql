-- Grain: one row per visit, page view, order sent off or click on an ad that the analytics tool saw on the site.
with
    places as (
        select path, row_number() over () - 1 as place
        from
            (
                values
                    ('/'),
                    ('/product/101'),
                    ('/product/102'),
                    ('/product/103'),
                    ('/product/104'),
                    ('/product/105'),
                    ('/sale'),
                    ('/about')
            ) as listed(path)
    ),
    visits as (
        select
            project as account_id,
            "at",
            tracked_id as event_id,
            'visit' as event_type,
            null as event_name,
            's' || tracked_id as session_id,
            page,
            referrer_host,
            'Web' as device_type,
            utm_source,
            utm_medium,
            utm_campaign,
            utm_content,
            click_id,
            null::decimal(20, 5) as event_value
        from shop_visit
    ),
    steps as (select *, unnest(range(pages)) as step from shop_visit),
    page_views as (
        select
            project,
            "at" + 37 * step,
            tracked_id || 'p' || step,
            'page_view',
            null,
            's' || tracked_id,
            there.path,
            case when step = 0 then referrer_host else 'www.example.com' end,
            'Web',
            case when step = 0 then utm_source end,
            case when step = 0 then utm_medium end,
            case when step = 0 then utm_campaign end,
            case when step = 0 then utm_content end,
            case when step = 0 then click_id end,
            null
        from steps
        join places as first_place on first_place.path = steps.page
        join places as there on there.place = (first_place.place + steps.step) % 8
    ),
    sent_off as (
        select
            v.project,
            o.at,
            'e:' || v.tracked_id || 'p0:' || (o.at * 1000 + v.number % 1000) || ':order_submit',
            'custom',
            'order_submit',
            's' || v.tracked_id,
            '/cart',
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            (o.paid / 100)::decimal(20, 5)
        from shop_order o
        join shop_visit v on o.day = v.day and o.visit = v.number
    ),
    clicks as (
        select
            project,
            "at" - 3,
            'c:L' || utm_content || ':' || (("at" - 3) * 1000) || ':' || row_number() over (partition by utm_content, "at"),
            'ad_click',
            '广告',
            null,
            null,
            null,
            'Android',
            utm_source,
            null,
            'G' || utm_campaign,
            'L' || utm_content,
            null,
            null
        from shop_visit
        where utm_medium = 'cpc'
    )
select
    'site' as platform,
    'growingio' as source,
    * exclude ("at"),
    local_time("at") as event_at,
    day_date(day_at("at")) as event_date
from (from visits union all from page_views union all from sent_off union all from clicks)
where day_at("at") between $first and $last
order by event_at, event_id
