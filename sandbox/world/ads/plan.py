"""The plan of a year of ads: campaigns that always run, and flights around the calendar's events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sandbox.world import calendar, text
from sandbox.world.ads.model import Ad, AdEvents, Market, Unit, Version
from sandbox.world.rng import stream
from sandbox.world.time import date_of, midnight

_GREAT = ("618", "双11")
"""Events that no consumer brand leaves out."""


def plan_year(seed: int, scale: float, market: Market, events: AdEvents, year: int) -> None:
    """Plans a stretch of 365 days since the epoch, for one account."""
    rng = stream(seed, f"{market.key}.plan", events.account.index, year)
    for label, first, last, weight in _flights(rng, market, year):
        _fly(rng, seed, scale, market, events, label, first, last, weight)


def _flights(rng: np.random.Generator, market: Market, year: int) -> list[tuple[str, int, int, float]]:
    """Label, first day, last day and weight, in order; the first campaign always runs already on day 0."""
    start = year * calendar.YEAR_DAYS
    openings = ((-34, -12) if year == 0 else (-8, 8), (85, 125), (205, 250))
    flights: list[tuple[str, int, int, float]] = []
    for label, opening in zip(market.labels, openings, strict=True):
        first = start + int(rng.integers(*opening))
        flights.append((label, first, first + int(rng.integers(165, 215)), 1.0))
    years = (date_of(start).year, date_of(start).year + 1)
    for event in (e for y in years for e in calendar.events_of_year(y) if start <= e.day < start + calendar.YEAR_DAYS):
        is_great = event.name in _GREAT
        is_flown = rng.random() < 0.66 or is_great
        first = event.day - int(rng.integers(5, 13)) - (5 if is_great else 0)
        last = event.day + int(rng.integers(0, 4))
        if is_flown and len(flights) < 14:
            flights.append((event.name, first, last, 2.0 if is_great else 1.4))
    return sorted(flights, key=lambda flight: flight[1])


def _fly(
    rng: np.random.Generator,
    seed: int,
    scale: float,
    market: Market,
    events: AdEvents,
    label: str,
    first: int,
    last: int,
    weight: float,
) -> None:
    """One campaign with its ad groups and ads."""
    index, number = events.account.index, len(events.campaigns)
    product = text.product(rng, seed)
    bid = int(rng.integers(300, 1200)) * 10

    def unit(level: str, at: int, begin: int, end: int, part: int, budget: int, **more: Any) -> dict[str, Any]:
        words = {"date": date_of(begin), "label": label, "product": product, "part": part}
        name = market.names[level].format(**words)
        return {
            "account": index,
            "campaign": number,
            "ad_group": None,
            "id": market.new_id(at, rng),
            "created_at": at,
            "first_day": begin,
            "last_day": end,
            "label": label,
            "product": product,
            "versions": _versions(rng, at, end, name, budget, bid, level),
            "traits": market.traits(rng, level, at, label, product),
            **more,
        }

    created = midnight(first) + int(rng.integers(9 * 3600, 18 * 3600))
    budget = int(rng.integers(4, 18)) * market.budget_fen
    events.campaigns.append(Unit(number=number, **unit("campaign", created, first, last, 1, budget)))
    is_long = last - first > 60
    low, high = market.ads_long if is_long else market.ads_short
    amount = max(1, round(float(rng.integers(low, high)) * scale))
    groups = []
    for part in range(int(rng.integers(1, 4)) if market.has_groups else 0):
        at = created + 120 * (part + 1)
        groups.append(len(events.ad_groups))
        made = unit("ad_group", at, first, last, part + 1, budget // 2)
        events.ad_groups.append(Unit(number=groups[-1], **made))
    for part in range(amount):
        begin = first if part < 2 or not is_long else first + int((last - first) * rng.uniform(0.1, 0.8))
        begin = begin if is_long else min(last, first + int(rng.integers(0, 4)))
        end = min(last, begin + int(rng.integers(45, 110))) if is_long and part > 0 else last
        at = max(created + 600 * (part + 1), midnight(begin) + int(rng.integers(8 * 3600, 17 * 3600)))
        middle = market.budget_fen
        daily = int(np.clip(middle * weight * rng.lognormal(0, 0.7), middle / 10, middle * 8) // 1000 * 1000)
        made = unit("ad", at, begin, end, part + 1, max(daily, 1000))
        made["ad_group"] = groups[part % len(groups)] if groups else None
        events.ads.append(
            Ad(
                number=len(events.ads),
                cpm=float(market.cpm_fen * rng.lognormal(0, 0.25)),
                ctr=float(np.clip(market.ctr * rng.lognormal(0, 0.3), market.ctr / 3, market.ctr * 3)),
                cvr=float(np.clip(market.cvr * rng.lognormal(0, 0.5), market.cvr / 5, market.cvr * 4.5)),
                **made,
            )
        )


def _versions(
    rng: np.random.Generator, created: int, last_day: int, name: str, budget: int, bid: int, level: str
) -> tuple[Version, ...]:
    """History of a unit: learning, budget and bid changes, a rename, a pause, the end, now and then deletion."""
    is_ad = level == "ad"
    changes: list[tuple[int, dict[str, Any]]] = [(created, {})]
    end = midnight(last_day + 1) - int(rng.integers(600, 3600))
    span = max(end - created, 86_400)
    if is_ad:
        learned = "LEARNED" if rng.random() < 0.8 else "LEARN_FAILED"
        changes.append((created + int(rng.integers(2 * 86_400, 5 * 86_400)), {"phase": learned}))
    for _ in range(int(rng.poisson(1.4 if is_ad else 2.2))):
        at = created + int(span * rng.uniform(0.08, 0.9))
        if rng.random() < 0.65:
            changes.append((at, {"budget": max(1000, round(budget * float(rng.uniform(0.6, 1.7)) / 1000) * 1000)}))
        else:
            changes.append((at, {"bid": round(bid * float(rng.uniform(0.8, 1.25)) / 10) * 10}))
    if rng.random() < 0.12:
        changes.append((created + int(span * rng.uniform(0.1, 0.7)), {"name": name + "-优化🔥"}))
    if rng.random() < 0.1 and is_ad:
        pause = created + int(span * rng.uniform(0.3, 0.6))
        back = pause + int(rng.integers(86_400, 4 * 86_400))
        changes += [(pause, {"status": "DISABLE"}), (back, {"status": "ENABLE"})]
    changes = sorted((c for c in changes if c[0] < end or c[0] == created), key=lambda c: c[0])
    changes.append((end, {"status": "DISABLE"}))
    if rng.random() < 0.08:
        changes.append((end + int(rng.integers(10 * 86_400, 60 * 86_400)), {"status": "DELETE"}))
    state = Version(created, name, "ENABLE", budget, bid, "LEARNING")
    made = []
    for at, change in changes:
        state = replace(state, since=at, **change)
        made.append(state)
    return tuple(made)
