"""Ads added up as a platform shows them at an instant, with numpy. Shares nothing with truth.py."""

from __future__ import annotations

from collections import Counter

import numpy as np

from sandbox.world.ads.model import AdEvents, Market, Unit, Version
from sandbox.world.time import DAY_SECONDS, midnight


class AdNumbers:
    """Counters and listings of one account."""

    def __init__(self, events: AdEvents, market: Market) -> None:
        self.events = events
        self.market = market
        self._cache: dict[tuple[int, int], dict[int, Counter[str]]] = {}

    def day(self, day: int, now: int) -> dict[int, Counter[str]]:
        """Counters by number of the ad for one day, as known now; days end before they are shown.

        The market's counters (cost in 分), and of conversions those of this day (conversions, deep, amount) and those
        of this day's clicks (attributed, attributed_deep, attributed_amount). A counter of 0 may be missing.
        """
        if not 0 <= day < len(self.events.delivery) or now < midnight(day + 1):
            return {}
        key = (day, now)
        if key not in self._cache:
            if len(self._cache) > 4_000:
                self._cache.clear()
            self._cache[key] = self._add_up(day, now)
        return self._cache[key]

    def _add_up(self, day: int, now: int) -> dict[int, Counter[str]]:
        found: dict[int, Counter[str]] = {}
        chunk = self.events.delivery[day]
        known = chunk["known_at"] <= now
        columns = [chunk[name][known].tolist() for name in self.market.counters]
        for ad, *values in zip(chunk["ad"][known].tolist(), *columns, strict=True):
            counts = found.setdefault(ad, Counter())
            for name, value in zip(self.market.counters, values, strict=True):
                counts[name] += value
        first, last = midnight(day), midnight(day + 1) - 1
        for clicked in range(max(0, day - self.market.write_back_days - 1), day + 1):
            self._tally(found, clicked, "", first, last)
        # A conversion is shown once its own day has ended.
        shown = midnight(0) + (now - midnight(0)) // DAY_SECONDS * DAY_SECONDS - 1
        self._tally(found, day, "attributed", first, shown)
        return found

    def _tally(self, found: dict[int, Counter[str]], click_day: int, prefix: str, first: int, last: int) -> None:
        chunk = self.events.conversions[click_day]
        names = (f"{prefix}_deep", prefix, f"{prefix}_amount") if prefix else ("deep", "conversions", "amount")
        for column, name, amount in (("deep_at", names[0], None), ("converted_at", names[1], names[2])):
            inside = np.flatnonzero((chunk[column] >= first) & (chunk[column] <= last))
            for row in inside.tolist():
                counts = found.setdefault(int(chunk["ad"][row]), Counter())
                counts[name] += 1
                if amount is not None:
                    counts[amount] += int(chunk["amount"][row])

    def listed(self, level: str, now: int, *, deleted: bool = False) -> list[tuple[Unit, Version]]:
        """Units that exist now with their version in force, by id; deleted ones only when asked for."""
        found = [(unit, unit.state(now)) for unit in self.events.units(level)]
        kept = [(unit, state) for unit, state in found if state and (deleted or state.status != "DELETE")]
        return sorted(kept, key=lambda pair: pair[0].id)
