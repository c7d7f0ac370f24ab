"""Weibo out of landing: five posts at a look, stubs, counters that go on, mentions, what nobody saw; and its ads."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from landing_world import Answer, Landing, Record, day
from warehouse_builds import Warehouse

NewWarehouse = Callable[[str], Warehouse]
UID = "2126001945"
ADVERTISER = "9312959595"
GONE = "抱歉，此微博已被作者删除。查看帮助：<link>"

EAST = "Mon Mar 02 23:30:00 -0500 2026"
NO_TIMES = ("yesterday", "Tue May 41 17:46:55 +0800 2011", "2026-03-02 10:00:00", "Tue May 31 17:46:55 CST 2011")


def looked(number: int) -> datetime:
    """Naive UTC of a look at 10:00 on the morning after a day."""
    return datetime.combine(day(number + 1), datetime.min.time()) + timedelta(hours=2)


def written(number: int, hour: int = 12, zone: str = "+0800") -> str:
    moment = datetime.combine(day(number), datetime.min.time()) + timedelta(hours=hour)
    return moment.strftime(f"%a %b %d %H:%M:%S {zone} %Y")


def post(number: str, at: str, text: str = "新品上市🎉 #新品# <link> 恭喜<name>", **more: object) -> Record:
    return {"idstr": number, "created_at": at, "text": text, "user": {"idstr": "brand"}} | more


def stub(number: str, at: str) -> Record:
    return {"idstr": number, "created_at": at, "text": GONE, "deleted": "1"}


def counted(number: str, at: str, likes: int, shares: int = 0, comments: int = 0) -> Record:
    counts = {"attitudes": str(likes), "reposts": str(shares), "comments": str(comments)}
    return {"id": number, "created_at": at} | counts


def missing(number: str, at: str) -> Record:
    return {"id": number, "created_at": at, "is_missing": True}


def account(followers: int, posts: int) -> Record:
    return {"id": UID, "followers_count": str(followers), "statuses_count": str(posts)}


def mention(number: str, at: str, **more: object) -> Record:
    return {"idstr": number, "created_at": at, "text": "<name> 好评🎈", "user": {"idstr": "somebody"}} | more


@pytest.fixture(scope="module")
def landed(root: Path) -> Landing:
    landing = Landing(root / "landing_weibo")

    def lands(number: int, resource: str, *records: Record, first: int | None = None) -> None:
        answer = Answer(day(number if first is None else first), day(number), records)
        landing.write("weibo", UID, resource, looked(number), [answer])

    old, a, b, c = (("1", written(-40)), ("11", written(0)), ("12", written(1)), ("13", written(2)))
    # day 0: an old post and one of the day; b was written on the morning of the look, after midnight
    lands(0, "users_counts", account(1000, 2))
    lands(0, "user_timeline", post(*a), post(*old))
    lands(0, "statuses_count", counted(*a, likes=40, shares=4), counted(*old, likes=900))
    lands(0, "statuses_mentions", mention("91", written(0), attitudes_count="3", reposts_count="1", comments_count="2"))
    # day 1: two more, one of them deleted before anybody looked, one that nobody saw
    lands(1, "users_counts", account(1010, 4))
    lands(1, "user_timeline", post(*b, retweeted_status={"idstr": "7"}), post(*a), stub("14", written(1, 20)))
    lands(1, "statuses_count", counted(*b, likes=5), counted(*a, likes=38, shares=9), counted(*old, likes=910))
    lands(1, "statuses_mentions", stub("91", written(0)), mention("92", written(1, 1, "+0000")), first=0)
    lands(1, "comments_mentions", mention("93", written(1), status={"idstr": "11"}))
    # day 2: b is gone, a stands in the timeline no more
    lands(2, "users_show", {"idstr": UID, "followers_count": "1007"})
    lands(2, "users_counts", account(1007, 4))
    lands(2, "user_timeline", stub(*b), post(*c, pic_urls=[{"thumbnail_pic": "https://x"}]))
    lands(2, "statuses_count", counted(*c, likes=7), missing(*b), counted(*a, likes=50, shares=9))
    lands(2, "comments_mentions", *(mention(f"8{n}", at) for n, at in enumerate(NO_TIMES)), mention("89", EAST))
    # day 4: nobody looked on day 3
    lands(4, "users_counts", account(1020, 9))
    lands(4, "statuses_count", counted(*c, likes=9), missing(*b), counted(*a, likes=50, shares=9))

    def ads(number: int, resource: str, *records: Record) -> None:
        landing.write("weibo_ads", ADVERTISER, resource, looked(number), [Answer(day(0), day(0), records)])

    ids = {"campaign_id": "5", "ad_id": "7", "creative_id": "9"}
    row = {"pv": "1000", "consume": "12.34", "traffic_bhv": "11", "bhv_14000098": "13"}
    ads(1, "report_creative", {"date": str(day(0))} | ids | row | {"bhv_71000001": "2", "bhv_71000003": "1"})
    ads(1, "report_creative_sum", {"date": str(day(0))} | row | {"bhv_71000001": "2", "bhv_71000003": "1"})
    budget = {"budget_type": "1", "lifetime_budget": "20000.0", "daily_budget": "0"}
    ads(1, "campaign", {"id": "5", "name": "系列", "objective": "88030003", "effective_status": "1"} | budget)
    ads(2, "campaign", {"id": "5", "name": "系列", "objective": "88030003", "effective_status": "2"} | budget)
    ads(1, "ad", {"id": "7", "campaign_id": "5", "name": "计划", "daily_budget": "800.0", "ocpx_bid_amount": "36.5"})
    ads(1, "creative", {"id": "9", "effective_status": "1", "ad": {"id": "7"}, "campaign": {"id": "5"}})
    return landing


@pytest.fixture(scope="module")
def built(landed: Landing, new_warehouse: NewWarehouse) -> Warehouse:
    warehouse = new_warehouse("weibo")
    warehouse.build(landed.loads)
    return warehouse


def test_the_same_loads_one_after_another_give_the_same_tables(
    built: Warehouse, landed: Landing, new_warehouse: NewWarehouse
) -> None:
    loads = list(landed.loads)
    random.Random(5).shuffle(loads)
    parts = new_warehouse("weibo_parts")
    parts.build(loads[: len(loads) // 2])
    parts.build(loads[3:])  # three loads are taken away, the rest arrives
    parts.build(loads)
    assert parts.hashes() == built.hashes()


def test_days_of_posts_are_differences_of_looks(built: Warehouse) -> None:
    rows = built.rows(
        "select content_id, metric_date, age_days, likes, shares, likes_to_date, days_spanned, is_correction "
        "from core.fct_content_daily where source = 'weibo' order by 1, 2"
    )
    assert rows == [
        ("1", day(0), 40, None, None, 900, None, False),
        ("1", day(1), 41, 10, 0, 910, 1, False),
        ("11", day(0), 0, 40, 4, 40, 1, False),
        ("11", day(1), 1, -2, 5, 38, 1, True),
        ("11", day(2), 2, 12, 0, 50, 1, False),
        ("11", day(4), 4, 0, 0, 50, 2, False),
        ("12", day(1), 0, 5, 0, 5, 1, False),
        ("13", day(2), 0, 7, 0, 7, 1, False),
        ("13", day(4), 2, 2, 0, 9, 2, False),
    ]


def test_a_post_keeps_its_words_when_only_a_stub_is_left_or_nothing(built: Warehouse) -> None:
    rows = built.rows(
        "select content_id, content_type, title, published_at, is_deleted from core.dim_content "
        "where source = 'weibo' order by 1"
    )
    noon = timedelta(hours=12)
    start = [datetime.combine(day(n), datetime.min.time()) + noon for n in (-40, 0, 1, 2)]
    assert rows == [
        ("1", "text", "新品上市🎉 #新品#", start[0], False),
        ("11", "text", "新品上市🎉 #新品#", start[1], False),
        ("12", "repost", "新品上市🎉 #新品#", start[2], True),
        ("13", "image", "新品上市🎉 #新品#", start[3], False),
    ], "a post of which only the stub was ever seen is nothing"


def test_followers_are_those_of_the_look_and_net_follows_need_the_day_before(built: Warehouse) -> None:
    rows = built.rows(
        "select metric_date, followers, net_follows from core.fct_account_daily where source = 'weibo' order by 1"
    )
    assert rows == [(day(0), 1000, None), (day(1), 1010, 10), (day(2), 1007, -3), (day(4), 1020, None)]


def test_mentions_are_as_last_seen_whole(built: Warehouse) -> None:
    rows = built.rows(
        "select mention_id, kind, mentioned_at, content_id, author_identity_id, likes, comments, shares "
        "from core.fct_mention where source = 'weibo' and mention_id like '9%' order by 1"
    )
    hours = [datetime.combine(day(n), datetime.min.time()) + timedelta(hours=h) for n, h in ((0, 12), (1, 9), (1, 12))]
    who = "weibo:somebody"
    assert rows == [
        ("91", "post", hours[0], None, who, 3, 2, 1),
        ("92", "post", hours[1], None, who, None, None, None),
        ("93", "comment", hours[2], "11", who, None, None, None),
    ]


def test_times_carry_their_own_offset_or_the_record_is_a_reject(built: Warehouse) -> None:
    assert built.rows("select mentioned_at from core.fct_mention where mention_id = '89'") == [
        (datetime(2026, 3, 3, 12, 30),)
    ]
    reasons = built.rows("select detail from ops.rejects where source = 'weibo'")
    assert reasons == [("created_at: not a valid weekday_time",)] * len(NO_TIMES)


def test_posts_that_nobody_saw_are_counted_by_the_account(built: Warehouse) -> None:
    rows = built.rows(
        "select metric_date, detail_total, summary_total, is_within_tolerance, severity from ops.reconciliation "
        "where check_name = 'weibo_posts_seen' order by 1"
    )
    assert rows == [(day(1), 1, 2, False, "warn"), (day(2), 0, 0, True, "warn")]


def test_ads_have_their_levels_and_leads_of_three_kinds(built: Warehouse) -> None:
    rows = built.rows(
        "select campaign_id, ad_group_id, ad_id, spend_amount, impressions, clicks, likes, shares, leads, conversions "
        "from core.fct_ad_daily where source = 'weibo_ads'"
    )
    assert rows == [("5", "7", "9", Decimal("12.34"), 1000, 11, 13, 0, 3, 3)]
    checks = built.rows("select check_name, is_within_tolerance from ops.reconciliation where source = 'weibo_ads'")
    assert len(checks) == 10 and all(within for _, within in checks)


def test_a_deleted_campaign_stays_in_the_answer_and_is_listed_no_more(built: Warehouse) -> None:
    rows = built.rows(
        "select status, budget_amount, budget_mode, is_current, is_listed from core.dim_campaign "
        "where source = 'weibo_ads' order by valid_from"
    )
    total = (Decimal("20000"), "1")
    assert rows == [("1", *total, False, False), ("2", *total, True, False)]
    groups = built.rows("select budget_amount, cpa_bid_amount from core.dim_ad_group where source = 'weibo_ads'")
    assert groups == [(Decimal("800"), Decimal("36.5"))]
