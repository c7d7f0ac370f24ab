"""The world is deterministic, does not depend on its horizon, and looks like a business under any seed."""

from __future__ import annotations

import dataclasses
import statistics
from datetime import date

import numpy as np
import pytest

from sandbox.world import World
from sandbox.world.calendar import crises_of_year, selling_season
from sandbox.world.oceanengine import OceanWorld
from sandbox.world.text import PERSONS, person
from sandbox.world.time import date_of, day_at, day_of, midnight

SEEDS = (7, 11, 2024)
YEAR = 365


@pytest.fixture(scope="module", params=SEEDS)
def year(request: pytest.FixtureRequest) -> World:
    world = World(request.param)
    world.ensure(YEAR - 1)
    return world


def facts(world: World, days: int) -> dict[str, object]:
    """Everything that happened in the first days, as comparable values."""
    found: dict[str, object] = {}
    for account in world.wechat:
        key = account.account.app_id
        found[key] = [a for a in account.articles if a.publish_day < days]
        found[key + "c"] = [c for kept in account.comments for c in kept if day_at(c.created_at) < days]
        for name in ("reads", "actions", "attention", "cleanups", "overlaps", "follows"):
            found[key + name] = [{k: v.tolist() for k, v in chunk.items()} for chunk in getattr(account, name)[:days]]
        found[key + "d"] = account.delays[:days]
    for events in world.advertisers:
        key = str(events.account.id)
        found[key] = [dataclasses.asdict(p) for p in (*events.campaigns, *events.ads) if p.created_at < midnight(days)]
        for name in ("delivery", "conversions"):
            found[key + name] = [{k: v.tolist() for k, v in chunk.items()} for chunk in getattr(events, name)[:days]]
        found[key + "c"] = world.part(OceanWorld).comments[events.account.index][:days]
    found["hot"] = [world.hot.listing(day, 9) for day in range(0, days, 7)]
    return found


def test_same_seed_same_world_whatever_the_horizon() -> None:
    short, long = World(7), World(7)
    short.ensure(59)
    long.ensure(400)
    assert facts(short, 60) == facts(long, 60)


def test_other_seeds_are_other_worlds() -> None:
    first, second = World(7), World(8)
    first.ensure(5)
    second.ensure(5)
    assert not set(facts(first, 5)) & set(facts(second, 5)) - {"hot"}


def test_bad_seed_and_scale_are_refused() -> None:
    for arguments in ((-1, 1.0), (1, 0.0), (1, 1000.0)):
        with pytest.raises(ValueError, match="must be"):
            World(*arguments)


def test_sizes_are_those_of_a_brand(year: World) -> None:
    for account in year.wechat:
        assert 3.2 <= len(account.articles) / (YEAR / 7) <= 6.5
        assert 30_000 < account.account.followers < 300_000
        assert {a.idx for a in account.articles} == {1, 2, 3}
        assert 0.4 < np.mean([a.is_notified for a in account.articles]) < 0.8
        assert len({a.msgid for a in account.articles}) == len(account.articles)
        assert any(a.deleted_at for a in account.articles)
    for events in year.advertisers:
        projects = [p for p in events.campaigns if p.first_day < YEAR]
        assert 8 <= len(projects) <= 15
        assert 35 <= len([p for p in events.ads if p.first_day < YEAR]) <= 85
        assert sum(spend == 0 for spend in events.spend) <= 5, "something nearly always runs"
        assert all(len(str(p.id)) == 19 for p in events.ads)
    daily = sum(len(kept) for a in year.wechat for kept in a.comments) / YEAR
    daily += sum(len(day) for days in year.part(OceanWorld).comments.values() for day in days) / YEAR
    assert 30 < daily < 160
    titles = "".join(a.title for w in year.wechat for a in w.articles) + "".join(
        str(p.traits["item_title"]) for e in year.advertisers for p in e.ads
    )
    assert any(ord(letter) > 0xFFFF for letter in titles)


def test_weekly_rhythm(year: World) -> None:
    def by_weekday(values: list[int]) -> list[float]:
        return [statistics.median(v for d, v in enumerate(values) if date_of(d).weekday() == w) for w in range(7)]

    follows = by_weekday([sum(int(a.follows[d]["new"].sum()) for a in year.wechat) for d in range(YEAR)])
    spend = by_weekday([sum(e.spend[d] for e in year.advertisers) for d in range(YEAR)])
    assert statistics.mean(follows[:4]) > 1.08 * statistics.mean(follows[5:])
    assert statistics.mean(spend[4:6]) > 1.12 * statistics.mean(spend[:3])


def test_seasons_move_spend(year: World) -> None:
    def mean(first: date, last: date) -> float:
        return statistics.mean(
            sum(e.spend[d] for e in year.advertisers) for d in range(day_of(first), day_of(last) + 1)
        )

    assert mean(date(2026, 6, 10), date(2026, 6, 18)) > 1.4 * mean(date(2026, 2, 15), date(2026, 2, 23))
    assert selling_season(day_of(date(2026, 2, 17))) < 0.6


def test_few_articles_draw_most_reads(year: World) -> None:
    reads: dict[tuple[int, int], int] = {}
    for index, account in enumerate(year.wechat):
        for chunk in account.reads:
            for article, first in zip(chunk["article"].tolist(), chunk["first"].tolist(), strict=True):
                reads[index, article] = reads.get((index, article), 0) + first
    ranked = sorted(reads.values(), reverse=True)
    assert sum(ranked[: len(ranked) // 10]) > 0.45 * sum(ranked)


def test_spend_moves_followers_two_days_later(year: World) -> None:
    spend = np.log([max(1, sum(e.spend[d] for e in year.advertisers)) for d in range(YEAR)])
    searched = np.log(
        [
            1 + sum(int(a.follows[d]["new"][np.isin(a.follows[d]["source"], [1, 30, 200])].sum()) for a in year.wechat)
            for d in range(YEAR)
        ]
    )
    week = np.array([date_of(d).weekday() for d in range(YEAR)])
    for series in (spend, searched):
        for day in range(7):
            series[week == day] -= series[week == day].mean()
    moves = [np.diff(series) for series in (spend, searched)]
    lagged = [float(np.corrcoef(moves[0][: len(moves[0]) - lag or None], moves[1][lag:])[0, 1]) for lag in range(7)]
    assert int(np.argmax(lagged)) == 2 and lagged[2] > 0.2, lagged


def test_one_to_three_percent_of_days_are_corrected(year: World) -> None:
    ads = restated_ads = articles = restated_articles = 0
    for events in year.advertisers:
        for day, chunk in enumerate(events.delivery):
            ads += len(np.unique(chunk["ad"]))
            restated_ads += len(np.unique(chunk["ad"][chunk["known_at"] > midnight(day + 2)]))
    for account in year.wechat:
        for day, chunk in enumerate(account.reads):
            articles += len(np.unique(chunk["article"][chunk["first"] + chunk["repeat"] > 0]))
            late = set(chunk["article"][chunk["known_at"] >= midnight(day + 2)].tolist())
            restated_articles += len(late | set(account.cleanups[day]["article"].tolist()))
        days = [d for d in range(350) if (account.follows[d]["known_at"] >= midnight(d + 2)).any()]
        assert len(days) == 7, "one day in fifty"
        assert any(len(chunk["article"]) for chunk in account.cleanups), "counters fall now and then"
    assert 0.01 <= restated_ads / ads <= 0.03
    assert 0.01 <= restated_articles / articles <= 0.03


def test_some_mornings_are_delayed(year: World) -> None:
    delays = [u for a in year.wechat for u in a.delays if u]
    assert 0.01 < len(delays) / (2 * YEAR) < 0.06


def test_hot_list_persists_and_has_gaps(year: World) -> None:
    shared, sizes, missing = [], [], 0
    for day in range(40, 70):
        before: set[str] = set()
        for hour in range(24):
            rows = year.hot.listing(day, hour)
            if not rows:
                missing += 1
                before = set()
                continue
            titles = {str(row["title"]) for row in rows}
            assert len(titles) == len(rows)
            heat = [int(str(row["hot"])) for row in rows[:50]]
            assert heat == sorted(heat, reverse=True)
            sizes.append(len(rows))
            if before:
                shared.append(len(titles & before) / len(titles))
            before = titles
    assert 0 < missing < 60
    assert 50 <= statistics.median(sizes) <= 52 and min(sizes) >= 40
    assert 0.6 < statistics.mean(shared) < 0.97


def test_brand_is_on_the_hot_list_in_a_crisis(year: World) -> None:
    crisis = crises_of_year(year.seed, 0)[0]
    loud = [
        r
        for h in range(24)
        for r in year.hot.listing(crisis.first, h)
        if year.brand in str(r["title"]) and not r["ads"]
    ]
    assert loud
    lost = [sum(int(a.follows[d]["cancel"].sum()) for a in year.wechat) for d in range(YEAR)]
    assert lost[crisis.first] > 1.2 * statistics.median(lost)


def test_planted_personal_values_are_found(year: World) -> None:
    planted = [value for value in year.planted(100, 130) if value.where.startswith(("wechat", "oceanengine"))]
    kinds = {value.kind for value in planted}
    assert kinds >= {"openid", "aweme_id", "nickname", "phone", "email", "at_name", "author"}
    texts = [c.content for a in year.wechat for kept in a.comments for c in kept if 100 <= day_at(c.created_at) <= 130]
    texts += [c.text for days in year.part(OceanWorld).comments.values() for d in range(100, 131) for c in days[d]]
    blob = "\n".join(texts)
    written = [v for v in planted if v.kind in ("phone", "email", "at_name") and "weibo" not in v.where]
    assert written and all(value.value in blob for value in written)
    assert len({person(year.seed, n).nickname for n in range(0, PERSONS, 10)}) == PERSONS // 10
