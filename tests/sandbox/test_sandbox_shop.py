"""The shop: a business under any seed, told alike by its webhook and its ERP, over HTTP."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import httpx
import numpy as np
import pytest
from sandbox_client import Running

from extract.site.receiver import Receiver, create_app
from sandbox import feeds, shop_feed
from sandbox.world import World
from sandbox.world.shop import ShopWorld
from sandbox.world.time import day_of, instant_of, midnight

FIRST, LAST = day_of(date(2026, 5, 1)), day_of(date(2026, 7, 20))


@pytest.fixture(scope="module", params=[7, 23])
def shop(request: pytest.FixtureRequest) -> ShopWorld:
    part = World(request.param).part(ShopWorld)
    part.ensure(LAST + 3)
    return part


def test_the_shop_is_a_business(shop: ShopWorld) -> None:
    days = shop.by_day[FIRST:LAST]
    visits = np.array([len(day.visits["at"]) for day in days])
    orders = [order for day in days for order in day.orders]
    paid = np.sort([order.paid for order in orders])
    assert 200 < np.median(visits) < 800 and 15 < len(orders) / len(days) < 90
    sale = [len(day.orders) for day in days if day_of(date(2026, 6, 16)) <= day.day <= day_of(date(2026, 6, 18))]
    assert np.mean(sale) > len(orders) / len(days)
    assert paid[-len(paid) // 20 :].sum() > 0.15 * paid.sum(), "a few orders bring much of the money"
    refunds = [refund for day in shop.by_day[FIRST : LAST + 3] for refund in day.refunds]
    assert 0.03 < len(refunds) / len(orders) < 0.12
    by_id = {order.order_id: order for day in shop.by_day for order in day.orders}
    assert all(0 < r.amount <= by_id[r.order_id].paid and r.at > by_id[r.order_id].at for r in refunds)
    assert all(int(order.order_id) > 2**53 for order in orders) and len(by_id) == sum(
        len(d.orders) for d in shop.by_day
    )
    web = [order for order in orders if not order.store]
    late = [order for order in web if order.known_at > order.at + 300]
    assert 0.01 < len(late) / len(web) < 0.06
    granted = Counter((c.purpose, c.is_granted) for day in shop.by_day for c in day.consents)
    assert granted["marketing", False] > 20 and granted["marketing", True] > 200


def test_visits_come_from_posts_and_ads_of_the_world(shop: ShopWorld) -> None:
    day = shop.by_day[FIRST]
    came = [day.touches[i] for i in day.visits["touch"]]
    paid = {touch.campaign for touch in came if touch.medium == "cpc" and touch.source == "oceanengine"}
    assert paid and paid <= {str(c.id) for account in shop.world.advertisers for c in account.campaigns}
    assert {touch.source for touch in came if touch.medium == "social"} & {"weibo", "douyin", "xiaohongshu"}


def test_webhook_and_erp_tell_of_the_same_orders(shop: ShopWorld) -> None:
    now = midnight(LAST + 3)
    tables = shop_feed.erp(shop, FIRST, LAST, now)
    names = [column.split()[0] for column in shop_feed.ERP["orders"].split(", ")]
    books = {row[0]: dict(zip(names, row, strict=True)) for row in tables["orders"]}
    told = [event for _, event in shop_feed.events(shop, FIRST, LAST, now) if event["type"] == "order"]
    assert len(told) > 500 and {book["channel"] for book in books.values()} == {"web", "store"}
    for event in told:
        if (book := books.get(event["order_id"])) is not None:  # not when the visit was before midnight
            assert event["order_amount"] == book["paid_fen"]
            assert event["occurred_at"][:19].replace("T", " ") == book["ordered_at"]
            assert event.get("user_id") == book["member_id"]
    assert len({event["event_id"] for _, event in shop_feed.events(shop, FIRST, LAST, now)}) == len(
        shop_feed.events(shop, FIRST, LAST, now)
    )


def test_what_is_not_delivered_yet_is_not_told(shop: ShopWorld) -> None:
    early, late = (shop_feed.events(shop, LAST, LAST, now) for now in (midnight(LAST + 1), midnight(LAST + 4)))
    missing = {e["event_id"] for _, e in late} - {e["event_id"] for _, e in early}
    assert 0 < len(missing) < 0.1 * len(late)


def test_a_day_does_not_depend_on_the_horizon(shop: ShopWorld) -> None:
    other = World(shop.seed).part(ShopWorld)
    other.ensure(40)
    whole = [json.dumps(shop_feed.events(part, 40, 40, midnight(50)), default=str) for part in (shop, other)]
    assert whole[0] == whole[1]


def test_the_feeds_over_http(box: Running, tmp_path: Path) -> None:
    """The ERP's file is written, the events reach a receiver, and what comes late comes with a later day."""
    now = instant_of("2026-03-10T11:45:00")
    first, last = date(2026, 3, 7), date(2026, 3, 9)
    feeds.fill_erp(box.base, tmp_path / "erp.db", first, last)
    receiver = Receiver(tmp_path / "site", ["shop"], b"k", b"i" * 32, clock=lambda: now)
    sent = []
    for until, moment in ((date(2026, 3, 8), "2026-03-09T10:00:00"), (last, "2026-03-10T11:45:00")):
        box.at(moment)
        days = feeds.days_to_send(tmp_path / "days.json", first if until < last else last, until)
        events = feeds.site_events(box.base, days)
        answers = feeds.send_to_app(create_app(receiver), feeds.requests(events, "shop", b"k", now))
        sent.append([sum(answer[name] for answer in answers) for name in ("accepted", "seen_before")])
        assert not any(answer["rejected"] or answer["unknown_fields"] for answer in answers)
    assert days == [date(2026, 3, 7), date(2026, 3, 8), last]
    assert sent[0][0] > 500 and sent[0][1] == 0
    assert sent[1][0] > 150 and sent[1][1] == sent[0][0], "what was sent before is known"
    refused = httpx.get(f"{box.base}/_sandbox/shop/erp", params={"from": "yesterday"})
    assert refused.status_code == 400 and "YYYY-MM-DD" in refused.text
