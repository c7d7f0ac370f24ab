"""The virtual clock: what the servers take for now."""

from __future__ import annotations

import time
from collections.abc import Callable

from sandbox.world.time import instant_of, moment


class Clock:
    """Frozen at an instant, or running with the machine's clock when nothing froze it."""

    def __init__(self, frozen_at: int | None = None) -> None:
        self._frozen_at = frozen_at
        self.listeners: list[Callable[[int, int, bool], None]] = []
        """Called with (before, after, elapsed) when the clock is moved."""

    @property
    def frozen(self) -> bool:
        """True when time stands still."""
        return self._frozen_at is not None

    def now(self) -> int:
        """Epoch seconds."""
        return self._frozen_at if self._frozen_at is not None else int(time.time())

    def freeze(self, now: str, *, elapse: bool = False) -> None:
        """Freezes at an ISO instant (Asia/Shanghai when it names no zone).

        A move is a jump by default: the daily life between the two instants, in which token pairs are renewed, is
        taken for granted. With `elapse` nothing happened in between, so refresh tokens may have died.
        Raises ValueError when `now` is not an ISO date and time.
        """
        before = self.now()
        self._frozen_at = instant_of(now)
        for listener in self.listeners:
            listener(before, self._frozen_at, elapse)

    def run(self) -> None:
        """Follows the machine's clock again."""
        self._frozen_at = None

    def describe(self) -> dict[str, object]:
        """Body of GET /_sandbox/clock."""
        return {"now": moment(self.now()).isoformat(), "frozen": self.frozen}
