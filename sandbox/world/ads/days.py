"""A day of ads: delivery with its estimate, settlement and restatement, and the conversions of its clicks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.world import calendar
from sandbox.world.ads.model import Ad, AdEvents, Market, Version
from sandbox.world.ads.plan import plan_year
from sandbox.world.late import restate
from sandbox.world.rng import stream
from sandbox.world.tables import Chunk
from sandbox.world.time import date_of, midnight


@dataclass(frozen=True)
class Running:
    """An ad that ran on a day, its version at noon, and its clicks of the day."""

    ad: Ad
    state: Version
    clicks: int


def extend(seed: int, scale: float, market: Market, events: AdEvents, day: int) -> list[Running]:
    """Adds one day to an account; returns what ran, in order of the ads."""
    while events.planned_years * calendar.YEAR_DAYS <= day + 60:
        plan_year(seed, scale, market, events, events.planned_years)
        events.planned_years += 1
    rng = stream(seed, f"{market.key}.day", events.account.index, day)
    noon = midnight(day) + 12 * 3600
    ran: list[tuple[Ad, Version]] = []
    for ad in events.ads:
        state = ad.state(noon) if ad.first_day <= day <= ad.last_day else None
        if state is not None and state.status == "ENABLE":
            ran.append((ad, state))
    numbers = np.array([ad.number for ad, _ in ran], np.int64)
    counts = _deliver(rng, market, ran, day)
    events.spend.append(int(counts["cost"].sum()))
    events.delivery.append(_state(rng, market, numbers, counts, day))
    events.conversions.append(_convert(rng, market, ran, numbers, counts["clicks"], day))
    return [Running(ad, state, int(n)) for (ad, state), n in zip(ran, counts["clicks"], strict=True)]


def _deliver(rng: np.random.Generator, market: Market, ran: list[tuple[Ad, Version]], day: int) -> Chunk:
    """Settled counters by ad."""
    count = len(ran)
    boost = float(rng.lognormal(0, 0.16)) * (2.1 if rng.random() < 0.13 else 1.0)
    rhythm = market.week[date_of(day).weekday()] * calendar.selling_season(day) * boost
    stalled = rng.random(count) < 0.03
    use = np.clip(rng.gamma(12, 1 / 12, count) * rhythm * 0.72, 0, 2.6) * ~stalled
    cost = (np.array([state.budget for _, state in ran], float) * use).astype(np.int64)
    cpm = np.array([ad.cpm for ad, _ in ran], float) * rng.lognormal(0, 0.08, count)
    impressions = (cost / cpm * 1000).astype(np.int64)
    counts = {"cost": cost, "impressions": impressions}
    counts["clicks"] = rng.binomial(impressions, np.array([ad.ctr for ad, _ in ran], float))
    for step in market.steps:
        counts[step.name] = rng.binomial(counts[step.of], step.rate)
    return counts


def _state(rng: np.random.Generator, market: Market, numbers: np.ndarray, counts: Chunk, day: int) -> Chunk:
    """The day as the platform states it: an estimate of the cost at midnight, the settled one, corrections."""
    count = len(numbers)
    estimate = np.maximum(0, (counts["cost"] * (1 + rng.normal(0, 0.004, count))).astype(np.int64))
    stated: Chunk = {"ad": numbers, **counts, "cost": estimate, "known_at": np.full(count, midnight(day + 1), np.int64)}
    stated = restate(
        rng, stated, ("cost", "impressions", "clicks"), day, share=market.restated, part=(0.005, 0.03), days=(2, 7)
    )
    settled = np.flatnonzero(counts["cost"] != estimate)
    later: Chunk = {name: np.zeros(len(settled), np.int64) for name in stated}
    later["ad"], later["cost"] = numbers[settled], (counts["cost"] - estimate)[settled]
    later["known_at"] += midnight(day + 1) + market.settles_at * 3600
    return {name: np.concatenate([values, later[name]]) for name, values in stated.items()}


def _convert(
    rng: np.random.Generator,
    market: Market,
    ran: list[tuple[Ad, Version]],
    numbers: np.ndarray,
    clicks: np.ndarray,
    day: int,
) -> Chunk:
    """Conversions of the day's clicks, up to the market's write-back days later; some of them convert deeper."""
    counts = rng.binomial(clicks, np.array([ad.cvr for ad, _ in ran], float))
    total = int(counts.sum())
    clicked = midnight(day) + rng.integers(0, 86_400, total)
    lag = rng.choice(len(market.lags), total, p=np.array(market.lags) / sum(market.lags))
    limit = clicked + max(market.write_back_days, 1) * 86_400
    opens = np.where(lag == 0, clicked, midnight(day) + lag * 86_400)
    closes = np.minimum(midnight(day) + (lag + 1) * 86_400 - 1, limit)
    converted = opens + (rng.random(total) * np.maximum(closes - opens, 0)).astype(np.int64)
    deep = converted + (rng.exponential(30 * 3600, total)).astype(np.int64)
    deep = np.where((rng.random(total) < market.deep_share) & (deep <= limit), deep, 0)
    amount = (market.order_fen * rng.lognormal(0, 0.6, total)).astype(np.int64)
    return {
        "ad": np.repeat(numbers, counts),
        "clicked_at": clicked,
        "converted_at": converted,
        "deep_at": deep,
        "amount": amount,
    }
