"""What binds people to the brand, as its site tells it: marketing activities, points and communities under any seed."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date

import pytest

from sandbox import shop_feed
from sandbox.world import World
from sandbox.world.loyalty import COMMUNITIES, LoyaltyWorld, activities_of_year, running
from sandbox.world.time import day_at, day_of, midnight
from warehouse.settings import REPO

LAST = day_of(date(2026, 4, 5))


@pytest.fixture(scope="module", params=[7, 23])
def loyalty(request: pytest.FixtureRequest) -> LoyaltyWorld:
    part = World(request.param).part(LoyaltyWorld)
    part.ensure(LAST)
    return part


def test_activities_follow_the_calendar_and_draw_unevenly(loyalty: LoyaltyWorld) -> None:
    told = [one for day in loyalty.by_day for one in day.participations]
    drawn = Counter(one.activity_id for one in told)
    lotteries = [count for name, count in drawn.items() if name.startswith("lottery")]
    assert len(lotteries) == 6 and max(lotteries) > 2 * min(lotteries), "some draw many times more than others"
    assert {one.action for one in told} == {"join", "check_in", "submit", "share", "win", "redeem"}
    spans = {one.activity_id: (one.first, one.last) for year in (2025, 2026) for one in activities_of_year(year)}
    assert all(spans[one.activity_id][0] <= day_at(one.at) <= spans[one.activity_id][1] for one in told)
    assert any(not one.is_listed for day in range(LAST) for one in running(day))
    winners = [one for one in told if one.action == "win"]
    joined = {(one.activity_id, one.person) for one in told if one.action == "join"}
    assert winners and {(one.activity_id, one.person) for one in winners} <= joined


def test_member_numbers_are_told_of_members_only(loyalty: LoyaltyWorld) -> None:
    since = {one.person: one.at for day in loyalty.shop.by_day for one in day.sign_ups}
    told = [one for day in loyalty.by_day for one in day.participations]
    assert all(since[one.person] <= one.at for one in told if one.is_member)
    assert 0.2 < sum(one.is_member for one in told) / len(told) < 0.9
    day = day_of(date(2026, 3, 23))  # of a lottery
    events = [e for _, e in shop_feed.events(loyalty.shop, day, day, midnight(day + 5)) if e["type"] == "activity"]
    assert events and all("visitor_id" in e for e in events) and any("user_id" not in e for e in events)


def test_some_come_late_and_a_day_does_not_depend_on_the_horizon(loyalty: LoyaltyWorld) -> None:
    told = [one for day in loyalty.by_day for one in day.participations]
    assert 0.01 < sum(one.known_at > one.at + 300 for one in told) / len(told) < 0.06
    other = World(loyalty.seed).part(LoyaltyWorld)
    other.ensure(12)
    whole = [json.dumps(shop_feed.events(part.shop, 12, 12, midnight(20))) for part in (loyalty, other)]
    assert whole[0] == whole[1]


def test_points_are_a_ledger_that_never_falls_below_nothing_but_by_corrections(loyalty: LoyaltyWorld) -> None:
    balance: Counter[int] = Counter()
    entries = [one for day in loyalty.by_day for one in day.entries]
    since = {one.person: one.at for day in loyalty.shop.by_day for one in day.sign_ups}
    for one in entries:
        balance[one.person] += one.points
        assert balance[one.person] >= 0 or one.points > 0 or one.reason == "correct"
        assert since[one.person] <= one.at and (one.points < 0 or one.reason not in ("redeem", "expire"))
    assert {one.reason for one in entries} == {"order", "check_in", "task", "redeem", "expire", "correct"}
    held = sorted(balance.values())
    assert sum(held[-len(held) // 10 :]) > 0.25 * sum(held), "a tenth of the members holds much of the points"


def test_communities_grow_by_members_few_of_whom_talk_most(loyalty: LoyaltyWorld) -> None:
    acts = sorted((one for day in loyalty.by_day for one in day.acts), key=lambda one: one.at)
    since = {one.person: one.at for day in loyalty.shop.by_day for one in day.sign_ups}
    inside: set[tuple[str, int]] = set()
    twice = 0
    talked: Counter[int] = Counter()
    for one in acts:
        assert since[one.person] < one.at
        member = (one.community_id, one.person)
        if one.action == "join":
            twice += member in inside
            inside.add(member)
        elif one.action == "leave":
            inside.remove(member)
        else:
            talked[one.person] += 1
    assert {one.community_id for one in acts} == set(COMMUNITIES) and 0 < twice < len(inside) / 4
    assert {one.action for one in acts} == {"join", "leave", "post", "reply", "react"}
    most = sorted(talked.values(), reverse=True)
    assert sum(most[: len(most) // 5]) > 0.4 * sum(most), "a fifth of the talkers says much of it"


def test_the_seed_lists_communities_of_the_brand_but_one() -> None:
    seed = REPO / "dbt_project" / "seeds" / "communities.csv"
    listed = {row["community_id"] for row in csv.DictReader(seed.open(encoding="utf-8"))}
    assert set(COMMUNITIES) - listed == {"testers"} and listed < set(COMMUNITIES)
