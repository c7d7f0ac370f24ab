"""What a platform's world is: events of one platform, added day by day, exported as tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.world.tables import Tables
from sandbox.world.time import day_at

if TYPE_CHECKING:
    from sandbox.world.brand import World


@dataclass(frozen=True)
class Planted:
    """A personal value that the world put somewhere: kind, value, and where it stands."""

    kind: str
    value: str
    where: str


class PlatformWorld(ABC):
    """Events of one platform. Days are made in order, once, when they are asked for, and never depend on the horizon.

    A module of this package that has `create(world) -> PlatformWorld` is a part of the world; nothing else names it.
    """

    name: str
    """Unique among the parts; the source's, or the platform's when it feeds several sources."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seed, self.scale, self.brand = world.seed, world.scale, world.brand
        self.days = 0
        """Days made so far."""

    def ensure(self, day: int) -> None:
        """Makes the days up to and including `day`."""
        if day < self.days:
            return
        with self.world.lock:
            while self.days <= day:
                self.extend(self.days)
                self.days += 1

    def ensure_instant(self, instant: int) -> None:
        """Makes everything that can be known at an instant."""
        self.ensure(day_at(instant))

    @abstractmethod
    def extend(self, day: int) -> None:
        """Adds one day, all days before it being there. May ask other parts for that day."""

    @abstractmethod
    def tables(self, first: int, last: int) -> Tables:
        """The events for the truth; every table's name begins with the platform's own prefix.

        Days first..last are asked for; whatever adds up over days comes from day 0.
        """

    def planted(self, first: int, last: int) -> Iterator[Planted]:
        """Every personal value in the days first..last, for leak searches; repeated values do not matter."""
        return iter(())
