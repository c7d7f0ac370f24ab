"""Compare marts with the sandbox's truth: what they add up and pick out, computed again from the truth's own tables.

Written as the brand would ask, in other words than the models: the funnel by platform and campaign, counters at the
same age.
"""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tests.truth import export_truth
from warehouse.settings import Settings

ORIGIN = """case
    when utm_source is null or utm_source = '' then 'direct' when utm_source = 'oceanengine' then 'douyin'
    when utm_source in ('tencent_ads') then 'wechat' when utm_source = 'baidu' then 'search'
    when utm_source = 'sms' then 'crm' else replace(utm_source, '_ads', '') end"""
OF_DAYS = "between $first and $until"
SEEN = "between $first and $last"
ACTIONS = {
    "join": "joins",
    "check_in": "check_ins",
    "submit": "submissions",
    "share": "shares",
    "win": "wins",
    "redeem": "redemptions",
}

#: mart → (the truth, the mart), both by the same columns
QUESTIONS = {
    "funnel": (
        f"""select platform, metric_date, campaign, step, sum(n)::bigint as n from (
                select platform, metric_date, campaign_id as campaign, unnest(['impressions', 'clicks']) as step,
                    unnest([impressions, clicks]) as n from ad_daily
                union all select {ORIGIN}, event_date, nullif(utm_campaign, ''), event_type || 's', 1
                from web_event where source = 'site' and event_type in ('visit', 'sign_up')
                union all select case when channel = 'store' then 'store' else {ORIGIN} end, order_date,
                    nullif(utm_campaign, ''), 'orders', 1 from orders
                union all select case when channel not in ('web', '') then channel else {ORIGIN} end, lead_date,
                    nullif(utm_campaign, ''), 'leads', 1 from lead)
            where metric_date {OF_DAYS} and n > 0 group by all""",
        f"""from (unpivot (select platform, metric_date, campaign_id as campaign, impressions, clicks, visits, sign_ups,
                leads, orders from w.marts.engagement__funnel_daily)
                on impressions, clicks, visits, sign_ups, leads, orders into name step value n)
            where metric_date {OF_DAYS} and n > 0""",
    ),
    "ages": (
        """select d.content_id, d.metric_date - c.published_date as age, d.likes_to_date as n
            from content_daily d join content c using (source, content_id)
            where source = 'wechat' and age in (1, 3, 7) and c.published_date >= $first and d.metric_date <= $until
                and d.likes_to_date is not null and c.deleted_at is null""",
        """select a.content_id, a.age_days as age, a.likes_to_date as n from w.core.fct_content_age a
            where source = 'wechat' and age_days in (1, 3, 7) and published_date >= $first
                and checkpoint_date <= $until and likes_to_date is not null
                and content_id not in (select content_id from content where deleted_at is not null)""",
    ),
    "activities": (
        f"""select activity_id, action, count(*) as n from activity_participation where participation_date {SEEN}
            group by all""",
        f"""select activity_id, action, n from (unpivot w.marts.engagement__activities
            on {", ".join(f"{name} as {action}" for action, name in ACTIONS.items())} into name action value n)
            where n > 0""",
    ),
    "communities": (
        f"""with acts as (from community_event where happened_date {SEEN}),
                days as (select distinct happened_date as metric_date from acts where happened_date {OF_DAYS}),
                moves as (
                    select metric_date, community_id, member_key,
                        arg_max(action, (happened_at, event_id)) as last_move
                    from acts join days on happened_date <= metric_date where action in ('join', 'leave') group by all),
                inside as (
                    select metric_date, community_id, count(*) filter (last_move = 'join') as members
                    from moves group by all)
            select metric_date, community_id, coalesce(any_value(members), 0) as members,
                count(*) filter (action = 'post') as posts, count(*) filter (action = 'reply') as replies,
                count(*) filter (action = 'react') as reactions,
                nullif(greatest(count(distinct member_key) filter (action in ('post', 'reply', 'react')), 19), 19) as n
            from acts join days on happened_date = metric_date left join inside using (metric_date, community_id)
            group by all""",
        f"""select metric_date, community_id, members, posts, replies, reactions, active_members as n
            from w.marts.engagement__community_daily where events > 0 and metric_date {OF_DAYS}""",
    ),
    "participants": (
        f"""with took_part as (from activity_participation where participation_date {SEEN}),
                bought as (
                    select distinct p.activity_id, o.order_id, o.order_amount
                    from took_part p join activity a using (activity_id) join orders o using (participant_key)
                    where o.ordered_at >= p.participated_at and o.order_date between $first and a.end_date
                        and o.order_date <= $last)
            select activity_id, count(distinct participant_key) as people,
                (select count(*) from bought b where b.activity_id = p.activity_id)
                    * case when activity_id in (select activity_id from activity) then 1 end as orders,
                (select sum(order_amount) from bought b where b.activity_id = p.activity_id) as amount
            from took_part p group by activity_id having people >= 20""",
        """select activity_id, participants, participant_orders,
                case when participant_orders > 0 then participant_order_amount end
            from w.marts.engagement__activities where not is_suppressed""",
    ),
}


def dated(query: str, first: date, until: date, last: date) -> str:
    """The query with its days."""
    for name, day in (("$first", first), ("$until", until), ("$last", last)):
        query = query.replace(name, f"date '{day}'")
    return query


def mart_differences(settings: Settings, first: date, last: date, *, until: date) -> dict[str, list[Any]]:
    """Rows that only the truth or only the mart has, by question (up to 3 of each side); {} when equal."""
    found: dict[str, list[Any]] = {}
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        export_truth(settings, Path(folder), first - timedelta(days=29), last)
        connection.execute(f"attach '{(settings.current / 'warehouse.duckdb').resolve()}' as w (read_only)")
        for file in Path(folder).glob("*.parquet"):
            connection.execute(f"create view {file.stem} as from read_parquet('{file}')")
        for name, sides in QUESTIONS.items():
            left, right = (f"select * from ({dated(side, first, until, last)})" for side in sides)
            count = connection.execute(f"select count(*) from ({left})").fetchone()
            assert count and count[0] > 0, f"the truth holds nothing for {name}: the comparison would prove nothing"
            only = connection.execute(
                f"(select 'truth' as side, * from ({left} except all {right}) order by all limit 3) union all "
                f"(select 'mart', * from ({right} except all {left}) order by all limit 3)"
            ).fetchall()
            if only:
                found[name] = only
    return found
