"""The world as one object: the parts of all platforms, each extending itself to the day that is asked for."""

from __future__ import annotations

import pkgutil
import threading
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from sandbox.world import text
from sandbox.world.base import Planted, PlatformWorld
from sandbox.world.tables import Tables
from sandbox.world.time import day_at

if TYPE_CHECKING:
    from sandbox.world.ads.model import AdEvents
    from sandbox.world.hot import HotList
    from sandbox.world.oceanengine import Consent
    from sandbox.world.wechat.events import AccountEvents


@cache
def _makers() -> tuple[Any, ...]:
    """`create` of every module of this package that has one, in order of name."""
    package = __name__.rpartition(".")[0]
    folder = import_module(package).__path__
    found = (import_module(f"{package}.{module.name}") for module in pkgutil.iter_modules(folder))
    return tuple(module.create for module in found if hasattr(module, "create"))


class World:
    """The brand of one (seed, scale). Days are generated in order, once, and never depend on the horizon.

    `scale` multiplies how much happens (messages, ads, comments), not the size of the accounts.
    """

    def __init__(self, seed: int = 7, scale: float = 1.0) -> None:
        if seed < 0:
            raise ValueError(f"seed must be 0 or more, got {seed}")
        if not 0 < scale <= 50:
            raise ValueError(f"scale must be above 0 and at most 50, got {scale}")
        self.seed = seed
        self.scale = scale
        self.brand = text.brand_name(seed)
        self.lock = threading.RLock()
        self.parts: dict[str, PlatformWorld] = {}
        for create in _makers():
            part = create(self)
            if part.name in self.parts:
                raise ValueError(f"two parts of the world are called {part.name!r}")
            self.parts[part.name] = part

    def part[Part: PlatformWorld](self, kind: type[Part]) -> Part:
        """The part of a platform, by its class."""
        return cast(Part, self.parts[kind.name])

    @property
    def days(self) -> int:
        """Days that every part has."""
        return min(part.days for part in self.parts.values())

    def ensure(self, day: int) -> None:
        """Generates the days up to and including `day`, of all platforms."""
        for part in self.parts.values():
            part.ensure(day)

    def ensure_instant(self, instant: int) -> None:
        """Generates everything that can be known at an instant."""
        self.ensure(day_at(instant))

    def tables(self, first: int, last: int) -> Tables:
        """The events of all platforms for the truth. Raises ValueError when two parts have a table of one name."""
        found: Tables = {}
        for part in self.parts.values():
            part.ensure(last)
            tables = part.tables(first, last)
            if twice := found.keys() & tables.keys():
                raise ValueError(f"tables of {part.name} that another part has as well: {sorted(twice)}")
            found |= tables
        return found

    def planted(self, first: int, last: int) -> list[Planted]:
        """Every personal value in comments, articles and person fields of the days first..last, for leak searches."""
        found: dict[tuple[str, str], Planted] = {}
        for part in self.parts.values():
            part.ensure(last)
            for value in part.planted(first, last):
                found.setdefault((value.kind, value.value), value)
        return list(found.values())

    @property
    def wechat(self) -> tuple[AccountEvents, ...]:
        """The Official Accounts."""
        from sandbox.world.wechat import WeChatWorld

        return self.part(WeChatWorld).accounts

    @property
    def advertisers(self) -> tuple[AdEvents, ...]:
        """The advertisers of Ocean Engine."""
        from sandbox.world.oceanengine import OceanWorld

        return self.part(OceanWorld).accounts

    @property
    def consent(self) -> Consent:
        """The consent given for Ocean Engine."""
        from sandbox.world.oceanengine import OceanWorld

        return self.part(OceanWorld).consent

    @property
    def hot(self) -> HotList:
        """Weibo's hot list."""
        from sandbox.world.weibo_hot_search import HotWorld

        return self.part(HotWorld).hot
