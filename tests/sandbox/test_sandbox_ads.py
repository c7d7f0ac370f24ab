"""Ads with ad groups and order values: what any platform may need of the generator, beyond Ocean Engine's use of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pytest

from sandbox.ad_numbers import AdNumbers
from sandbox.truth import macros
from sandbox.world import World
from sandbox.world.ads import AdsWorld
from sandbox.world.ads.model import AdAccount, Market, Step
from sandbox.world.time import date_of, midnight

DAYS = 120
MARKET = Market(
    key="xx",
    spend_fen=300_000,
    has_groups=True,
    steps=(Step("likes", "clicks", 0.2),),
    lags=(0.7, 0.2, 0.1),
    order_fen=9_900,
    new_id=lambda instant, rng: instant * 1000 + int(rng.integers(1000)),
    traits=lambda rng, level, at, label, product: {"goal": f"{level}:{label}", "is_auto": bool(rng.random() < 0.5)},
)


class Ads(AdsWorld):
    name = "xx"
    market = MARKET


@pytest.fixture(scope="module")
def ads() -> Ads:
    made = Ads(World(7), [AdAccount(i, 11 + i, f"账户{i}") for i in range(2)])
    made.ensure(DAYS - 1)
    return made


def test_every_ad_stands_in_a_group_of_its_campaign(ads: Ads) -> None:
    for events in ads.accounts:
        assert events.ad_groups and all(ad.ad_group is not None for ad in events.ads)
        for ad in events.ads:
            group, campaign = events.ad_groups[ad.ad_group or 0], events.campaigns[ad.campaign]
            assert group.campaign == ad.campaign == campaign.number and campaign.created_at <= group.created_at
            assert group.created_at <= ad.created_at and campaign.first_day <= ad.first_day <= ad.last_day
            assert ad.last_day <= campaign.last_day and ad.traits["goal"] == f"ad:{ad.label}"
        for level in ("campaign", "ad_group", "ad"):
            units = events.units(level)
            assert [unit.number for unit in units] == list(range(len(units)))
            assert len({unit.id for unit in units}) > 0.99 * len(units)
            assert all(v.since <= w.since for unit in units for v, w in pairwise(unit.versions))


def served(ads: Ads, now: int) -> Counter[tuple[Any, ...]]:
    names = ("cost", "impressions", "clicks", "likes", "conversions", "deep", "amount")
    names += ("attributed", "attributed_deep", "attributed_amount")
    found: Counter[tuple[Any, ...]] = Counter()
    for events in ads.accounts:
        numbers = AdNumbers(events, MARKET)
        for day in range(DAYS):
            for number, counts in numbers.day(day, now).items():
                ad = events.ads[number]
                ids = (ad.id, events.ad_groups[ad.ad_group or 0].id, events.campaigns[ad.campaign].id)
                found[str(events.account.id), *map(str, ids), date_of(day), *(counts[name] for name in names)] += 1
    return found


@pytest.mark.parametrize("now", [midnight(60) + 7 * 3600, midnight(60) + 9 * 3600, midnight(DAYS + 20)])
def test_server_and_truth_add_up_to_the_same(ads: Ads, now: int) -> None:
    with duckdb.connect() as connection:
        connection.execute(macros())
        for name, table in ads.tables(0, DAYS - 1).items():
            connection.register(name, table)
        true = connection.execute(
            "select account_id, ad_id, ad_group_id, campaign_id, metric_date, cost, impressions, clicks, likes,"
            " conversions, deep_conversions, conversion_fen, attributed_conversions, attributed_deep_conversions,"
            f" attributed_fen from ad_days('xx', {now}) where day < {DAYS}"
        ).fetchall()
        assert served(ads, now) == Counter(true) and len(true) > 500
        assert sum(row[11] for row in true) > 0
        versions = connection.execute(f"select level, count(*), count(distinct id) from ({_versions(now)}) group by 1")
        counted = {level: (rows, ids) for level, rows, ids in versions.fetchall()}
        for level in ("campaign", "ad_group", "ad"):
            listed = [AdNumbers(e, MARKET).listed(level, now, deleted=True) for e in ads.accounts]
            assert counted[level][1] == sum(map(len, listed)) and counted[level][0] > counted[level][1]


def _versions(now: int) -> str:
    parts = (
        f"select '{x}' as level, id, goal from ad_versions('xx', '{x}', {now})" for x in ("campaign", "ad_group", "ad")
    )
    return " union all ".join(parts)


def test_conversions_keep_to_the_markets_window(ads: Ads) -> None:
    for events in ads.accounts:
        for chunk in events.conversions:
            wait = chunk["converted_at"] - chunk["clicked_at"]
            assert (wait >= 0).all() and (wait <= MARKET.write_back_days * 86_400).all()
            deep = chunk["deep_at"] > 0
            assert (chunk["deep_at"][deep] >= chunk["converted_at"][deep]).all() and (chunk["amount"] > 0).all()


def test_restatement_is_the_markets(ads: Ads) -> None:
    calm = Ads(World(7), [AdAccount(0, 11, "x")])
    calm.market = replace(MARKET, restated=0.0)
    calm.ensure(60)
    for day, chunk in enumerate(calm.accounts[0].delivery):
        assert (chunk["known_at"] <= midnight(day + 1) + 8 * 3600).all()
    late = [int((c["known_at"] > midnight(d + 2)).sum()) for d, c in enumerate(ads.accounts[0].delivery)]
    whole = sum(len(np.unique(c["ad"])) for c in ads.accounts[0].delivery)
    assert 0.005 < sum(late) / whole < 0.04
