"""Kuaishou out of landing: snapshots of the present, 厘 and yuan, what a conversion is, who saw the ads."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from landing_world import Answer, Landing, Record, day
from warehouse_builds import Warehouse

ACCOUNT, ADVERTISER = "brand", "20000001"


def looked(number: int) -> datetime:
    """Naive UTC of 10:00 (Shanghai) on the morning after a day: when its listing is taken."""
    return datetime.combine(day(number + 1), time(2))


def video(name: str, published: datetime, **counts: int) -> Record:
    """A video; `published` in business time."""
    instant = int((published - timedelta(hours=8) - datetime(1970, 1, 1)).total_seconds() * 1000)
    counters = {f"{name}_count": str(value) for name, value in counts.items()}
    return {"photo_id": name, "caption": f"{name}📦", "create_time": str(instant), "pending": not counts, **counters}


def at(number: int, hour: int = 12) -> datetime:
    return datetime.combine(day(number), time(hour))


def creative(number: int, name: str, **counts: Any) -> Record:
    ids = {"campaign_id": "61", "unit_id": "71", "creative_id": name, "photo_id": "5185"}
    zero = dict.fromkeys(("form_count", "event_order_paid", "activation", "event_valid_clues", "event_pay"), "0")
    shown = {"charge": "76.02", "show": "90", "aclick": "100", "bclick": "7", "like": "3"}
    return {"stat_date": str(day(number)), **ids, **zero, **shown, **{k: str(v) for k, v in counts.items()}}


@pytest.fixture(scope="module")
def built(root: Path, new_warehouse: object) -> Warehouse:
    landing = Landing(root / "landing_kuaishou")

    def lands(
        number: int, resource: str, *records: Record, source: str = "kuaishou_ads", of: int | None = None
    ) -> None:
        account = ACCOUNT if source == "kuaishou" else ADVERTISER
        first = number if of is None else of
        landing.write(source, account, resource, looked(number), [Answer(day(first), day(number), records)])

    def listed(number: int, fans: int, *videos: Record) -> None:
        lands(number, "user_info", {"fan": str(fans), "follow": "41"}, source="kuaishou")
        lands(number, "photo", *videos, source="kuaishou")

    young = video("young", at(2, 9), view=20, like=2, comment=0)  # put up an hour before the listing for day 1
    listed(
        0, 1000, video("old", at(-9), view=500, like=50, comment=5), video("gone", at(-9), view=9, like=0, comment=0)
    )
    listed(1, 1010, video("old", at(-9), view=560, like=49, comment=5), young, video("held", at(1)))
    listed(
        2,
        1008,
        video("old", at(-9), view=600, like=51, comment=6),
        video("young", at(2, 9), view=90, like=8, comment=1),
        video("held", at(1), view=70, like=7, comment=0),
    )
    listed(4, 1030, video("old", at(-9), view=650, like=51, comment=6))

    lands(1, "creative_report", creative(0, "81", form_count=5, event_valid_clues=2), of=0)
    lands(1, "account_report", {"stat_date": str(day(0)), "charge": "80.00", "aclick": "101", "bclick": "7"}, of=0)
    paid = {"event_order_paid": 3, "event_order_paid_purchase_amount": "597.50", "event_pay": 1}
    lands(2, "creative_report", creative(2, "81", aclick=110, activation=1, **paid), of=2)
    lands(2, "account_report", {"stat_date": str(day(2)), "charge": "76.02", "aclick": "109", "bclick": "7"}, of=2)
    cells = [("女性", "18-23岁", 60), ("女性", "24-30岁", 15), ("男性", "18-23岁", 25)]
    seen = [{"stat_date": str(day(2)), "gender": g, "age_segment": a, "aclick": str(n)} for g, a, n in cells]
    lands(2, "audience_report", *seen, of=2)
    times = {"create_time": f"{day(0)} 10:00:00", "update_time": f"{day(0)} 10:00:00"}
    unit = {"unit_id": "71", "campaign_id": "61", "unit_name": "组", "day_budget": "200000", "cpa_bid": "45500"}
    lands(1, "unit", {**unit, "put_status": "1", **times})
    lands(
        2, "unit", {**unit, "put_status": "3", "create_time": times["create_time"], "update_time": f"{day(2)} 11:00:00"}
    )
    said = {"comment_id": "1234567890123456701", "comment_content": "多少钱👍", "comment_author_id": "c" * 32}
    lands(
        2, "comment", {**said, "photo_id": "5185", "fav_num": "59", "post_time": "1772503200123", "shield_status": "2"}
    )
    warehouse: Warehouse = new_warehouse("kuaishou")  # type: ignore[operator]
    warehouse.build(landing.loads)
    return warehouse


def test_fans_become_days_where_the_day_before_was_looked_at(built: Warehouse) -> None:
    rows = built.rows(
        "select metric_date, followers, net_follows from core.fct_account_daily where source = 'kuaishou' order by 1"
    )
    assert rows == [(day(0), 1000, None), (day(1), 1010, 10), (day(2), 1008, -2), (day(4), 1030, None)]


def test_videos_become_days_by_difference(built: Warehouse) -> None:
    rows = built.rows(
        "select content_id, metric_date, age_days, views, views_to_date, likes, days_spanned, is_correction "
        "from core.fct_content_daily where source = 'kuaishou' order by 1, 2"
    )
    assert rows == [
        ("gone", day(0), 9, None, 9, None, None, False),
        ("held", day(2), 1, 70, 70, 7, 2, False),  # in review at the listing before, without counters
        ("old", day(0), 9, None, 500, None, None, False),
        ("old", day(1), 10, 60, 560, -1, 1, True),
        ("old", day(2), 11, 40, 600, 2, 1, False),
        ("old", day(4), 13, 50, 650, 0, 2, False),
        ("young", day(2), 0, 90, 90, 8, 1, False),  # nothing on the day before it was put up
    ]


def test_a_video_that_left_the_list_is_deleted(built: Warehouse) -> None:
    rows = built.rows(
        "select content_id, title, published_at, is_deleted from core.dim_content where source = 'kuaishou' order by 1"
    )
    assert rows == [
        ("gone", "gone📦", at(-9), True),
        ("held", "held📦", at(1), True),
        ("old", "old📦", at(-9), False),
        ("young", "young📦", at(2, 9), True),
    ]


def test_conversions_are_what_the_campaign_is_for(built: Warehouse) -> None:
    rows = built.rows(
        "select metric_date, ad_group_id, spend_amount, impressions, clicks, conversions, deep_conversions, leads, "
        "orders, order_amount, likes from core.fct_ad_daily where source = 'kuaishou_ads' order by 1"
    )
    cost = Decimal("76.02")
    assert rows == [
        (day(0), "71", cost, 100, 7, 5, 2, 5, 0, None, 3),
        (day(2), "71", cost, 110, 7, 4, 1, 0, 3, Decimal("597.50"), 3),
    ]


def test_ads_may_be_less_than_the_advertiser_but_not_more(built: Warehouse) -> None:
    rows = built.rows(
        "select metric_date, check_name, difference, is_within_tolerance from ops.reconciliation "
        "where source = 'kuaishou_ads' and check_name <> 'ads_clicks_within_account' order by 1, 2"
    )
    assert rows == [
        (day(0), "ads_impressions_within_account", -1, True),
        (day(0), "ads_spend_amount_within_account", Decimal("-3.98"), True),
        (day(2), "ads_impressions_within_account", 1, False),
        (day(2), "ads_spend_amount_within_account", 0, True),
    ]


def test_budgets_and_bids_are_thousandths_of_a_yuan(built: Warehouse) -> None:
    rows = built.rows(
        "select status, budget_amount, cpa_bid_amount, valid_from, is_current, is_listed "
        "from core.dim_ad_group order by valid_from"
    )
    money = (Decimal(200), Decimal("45.5"))
    assert rows == [("ENABLE", *money, at(0, 10), False, False), ("DELETE", *money, at(2, 11), True, False)]


def test_the_audience_is_a_share_of_the_impressions(built: Warehouse) -> None:
    rows = built.rows("select dimension, item, people, share from core.fct_audience_daily order by 1, 2")
    assert rows == [
        ("age", "18-23岁", None, Decimal("0.85")),
        ("age", "24-30岁", None, Decimal("0.15")),
        ("gender", "女性", None, Decimal("0.75")),
        ("gender", "男性", None, Decimal("0.25")),
    ]


def test_comments_say_the_video(built: Warehouse) -> None:
    rows = built.rows("select comment_id, content_id, ad_id, commented_at, likes, is_hidden from core.fct_comment")
    assert rows == [("1234567890123456701", "5185", None, datetime(2026, 3, 3, 10, 0), 59, True)]


def test_nothing_was_rejected(built: Warehouse) -> None:
    assert not built.rows("select * from ops.rejects")
