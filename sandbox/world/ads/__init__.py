"""Ads of one platform as a part of the world. A platform gives a `Market`, its accounts, and more events if it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sandbox.world.ads.days import Running, extend
from sandbox.world.ads.model import LEVELS, AdAccount, AdEvents, Market, Unit
from sandbox.world.base import PlatformWorld
from sandbox.world.brand import World
from sandbox.world.tables import Tables, join, rows, stack

_LAG = (0.0, 0.25, 0.42, 0.20, 0.08, 0.05)
"""Share of an ad yuan's pull on followers by days since it was spent."""
_TYPES = {int: "int", str: "text", bool: "bool", float: "real"}


class AdsWorld(PlatformWorld):
    """The ad accounts of one platform."""

    market: Market

    def __init__(self, world: World, accounts: Iterable[AdAccount]) -> None:
        super().__init__(world)
        self.accounts = tuple(AdEvents(account) for account in accounts)

    def extend(self, day: int) -> None:
        """Adds one day."""
        for events in self.accounts:
            ran = extend(self.seed, self.scale, self.market, events, day)
            self.after(events, ran, day)

    def after(self, events: AdEvents, ran: list[Running], day: int) -> None:
        """What the platform adds to an account's day: comments, leads, …"""

    def pull(self, day: int) -> float:
        """Lagged spend relative to an ordinary day; what moves followers."""
        self.ensure(day)
        ordinary = self.market.spend_fen * self.scale
        spent = 0.0
        for lag, share in enumerate(_LAG):
            if share and day - lag >= 0:
                spent += share * sum(events.spend[day - lag] for events in self.accounts)
            elif share:
                spent += share * ordinary
        return float((spent / ordinary) ** 0.9)

    def tables(self, first: int, last: int) -> Tables:
        """<key>_account; <key>_campaign, _ad_group and _ad, each with its _version; <key>_delivery, <key>_conversion.

        Rows are joined by account and number (campaign, ad_group, ad); `id` is the platform's.
        """
        key = self.market.key
        found: Tables = {
            f"{key}_account": rows(
                (
                    {"account": e.account.index, "account_id": str(e.account.id), "name": e.account.name}
                    for e in self.accounts
                ),
                account="int",
                account_id="text",
                name="text",
            ),
            f"{key}_delivery": join(stack(e.delivery, account=i) for i, e in enumerate(self.accounts)),
            f"{key}_conversion": join(stack(e.conversions, account=i) for i, e in enumerate(self.accounts)),
        }
        for level in LEVELS:
            units = [unit for events in self.accounts for unit in events.units(level)]
            found[f"{key}_{level}"] = _units(units)
            found[f"{key}_{level}_version"] = rows(
                (
                    asdict(version) | {"account": unit.account, "number": unit.number, "step": step}
                    for unit in units
                    for step, version in enumerate(unit.versions)
                ),
                account="int",
                number="int",
                step="int",
                since="int",
                name="text",
                status="text",
                budget="int",
                bid="int",
                phase="text",
            )
        return found


def _units(units: list[Unit]) -> Any:
    """Units of a level, their traits as columns."""
    traits = {name: _TYPES[type(value)] for unit in units[:1] for name, value in unit.traits.items()}
    types = dict.fromkeys(
        ("account", "number", "campaign", "ad_group", "id", "created_at", "first_day", "last_day"), "int"
    )
    return rows((vars(unit) | unit.traits for unit in units), **types, label="text", product="text", **traits)
