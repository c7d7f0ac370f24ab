"""Rate limits and daily quotas of an app, shared by every task and process that calls with it.

`<tokens>/<app>.budget` holds when the next call may start and how many were made today, under a file lock. The limits
are the `limits` of the source's contract.yml; a connection may set its own by the same names, because platforms grant
them by app. Days are those of Asia/Shanghai by the extractor's clock, pauses are wall-clock seconds.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from extract.contract import LIMITS
from extract.errors import Permanent, QuotaUsed
from extract.model import BUSINESS_ZONE, Account, ExtractContext

Limits = Mapping[str, float]


class Budget:
    """What one app may call. One second's worth of calls may go at once, the rest is spread."""

    def __init__(self, folder: Path, app: str, limits: Limits, now: datetime) -> None:
        self._path = folder / f"{quote(app, safe='')}.budget"
        self._limits = limits
        self._day = str(now.astimezone(BUSINESS_ZONE).date())

    @property
    def is_limited(self) -> bool:
        """Whether there is anything to count."""
        return any(self._limits.values())

    def take(self, path: str) -> None:
        """Count one call of PATH, waiting for its turn. Raises QuotaUsed when today's calls are used up."""
        if not self.is_limited:
            return
        pause = self._book(path)
        if pause > 0:
            time.sleep(pause)

    def _book(self, path: str) -> float:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            state = _read(handle)
            if state["day"] != self._day:
                state = {"day": self._day, "calls": {}, "next": state["next"]}
            self._check_quota(state["calls"], path)
            state["calls"][path] = state["calls"].get(path, 0) + 1
            start = self._next_start(state, time.time())
            text = json.dumps(state).encode()
            os.pwrite(handle, text, 0)
            os.ftruncate(handle, len(text))
        finally:
            os.close(handle)
        return start - time.time()

    def _check_quota(self, calls: Mapping[str, int], path: str) -> None:
        for name, used in (("calls_per_day", sum(calls.values())), ("calls_per_day_and_path", calls.get(path, 0))):
            limit = self._limits.get(name)
            if limit and used >= limit:
                raise QuotaUsed(
                    f"{path}: {used} calls made today, the limit {name} is {limit:g}",
                    action=f"the next day's run asks again; if the platform grants more, set {name} in the connection",
                )

    def _next_start(self, state: dict[str, Any], now: float) -> float:
        rate = self._limits.get("calls_per_second")
        if not rate:
            return now
        earliest = now - max(0.0, 1 - 1 / rate)  # an idle second saves up to one second's worth
        booked = min(float(state["next"]), now + 3600)  # a clock that was set back must not stop everything
        state["next"] = max(booked, earliest) + 1 / rate
        return max(booked, earliest)


def _read(handle: int) -> dict[str, Any]:
    """The state; a damaged file counts as none (what is lost is at most a day's count)."""
    try:
        state = json.loads(os.pread(handle, 1 << 20, 0))
        return {"day": str(state["day"]), "calls": dict(state["calls"]), "next": float(state["next"])}
    except (ValueError, KeyError, TypeError):
        return {"day": "", "calls": {}, "next": 0.0}


def budget_of(account: Account, context: ExtractContext, limits: Limits, app: str) -> Budget:
    """The budget of APP (an app id: all accounts that call with it share the budget).

    Raises Permanent if the connection sets a limit that is no number.
    """
    own: dict[str, float] = {}
    for name in LIMITS & account.credentials.keys():
        try:
            own[name] = float(account.credentials[name])
        except ValueError:
            raise Permanent(
                f"connection {account.connection}: expected {name} as a number",
                scope="account",
                action=f"correct {name} in the connection {account.connection}",
            ) from None
    return Budget(context.tokens, f"{account.source}-{app}", {**limits, **own}, context.now)
