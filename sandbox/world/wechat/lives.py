"""Live sessions (视频号直播) of the Channels accounts that are bound to the brand's Official Accounts.

A weekly show of each account, and on the main account what the editorial plan broadcasts on Channels.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sandbox.world import calendar
from sandbox.world.late import restate
from sandbox.world.plan import published
from sandbox.world.rng import digest, stream
from sandbox.world.tables import Chunk
from sandbox.world.time import date_of, midnight

COUNTS = ("viewers", "seconds", "cheers", "forwards", "comments", "follows", "biz_follows")
"""People, seconds watched by all of them, taps, then times and people."""
_WEEKDAY = (4, 2)
"""Day of the weekly show, by account: Friday, Wednesday."""
_REACH = (0.030, 0.021)
"""Viewers of an ordinary show as a share of the followers, by account."""


@dataclass(frozen=True)
class Live:
    """A finished live session. It belongs to the day on which it ended; `peak` is of people at one time."""

    account: int
    number: int
    export_id: str
    started_at: int
    ended_at: int
    peak: int


@dataclass
class LiveEvents:
    """The lives of one account, and their counts by day of the start: live, COUNTS, known_at; later rows are
    differences."""

    account: int
    followers: int
    lives: list[Live] = field(default_factory=list)
    counts: list[Chunk] = field(default_factory=list)


def _shows(seed: int, account: int, day: int) -> list[tuple[int, float]]:
    """Instant and quality of the weekly show: about nine weeks in ten, between 19:30 and 21:00."""
    rng = stream(seed, "wx.show", account, day)
    if date_of(day).weekday() != _WEEKDAY[account] or rng.random() > 0.92:
        return []
    at = midnight(day) + 19 * 3600 + 1800 + int(rng.integers(0, 90)) * 60
    return [(at, float(np.clip(rng.lognormal(0, 0.8), 0.15, 9)))]


def extend(seed: int, scale: float, events: LiveEvents, day: int) -> None:
    """Adds the lives that begin on a day: the weekly show, and on the main account what the plan broadcasts.

    A count is known when the live has ended. One in twenty lives is counted anew two or three days later.
    """
    account = events.account
    planned = _shows(seed, account, day)
    if account == 0:
        found = published(seed, scale, day, "channels")
        planned += [(at, min(piece.quality, 12.0)) for piece, at in found if piece.format == "live"]
    made: list[list[int]] = []
    for index, (started, quality) in enumerate(planned):
        rng = stream(seed, "wx.live", account, day, index)
        ended = started + int(np.clip(7200 * rng.lognormal(0, 0.45), 900, 6 * 3600))
        season = calendar.selling_season(day) ** 0.5 * calendar.READ_WEEK[date_of(day).weekday()]
        viewers = int(max(12, rng.poisson(events.followers * _REACH[account] * quality * season)))
        seconds = int(viewers * float(np.clip(rng.lognormal(5.1, 0.35), 20, 1800)))
        peak = min(viewers, int(viewers * float(rng.uniform(0.07, 0.16))) + 1)
        number = len(events.lives)
        export_id = f"export/{digest('live', seed, account, day, index)[:30].upper()}"
        events.lives.append(Live(account, number, export_id, started, ended, peak))
        counts = [
            viewers,
            seconds,
            int(rng.poisson(viewers * 6.5)),
            int(rng.binomial(viewers, 0.03)),
            int(rng.poisson(viewers * 0.17)),
            int(rng.binomial(viewers, 0.016)),
            int(rng.binomial(viewers, 0.004)),
        ]
        made.append([number, *counts, ended])
    table = np.array(made, np.int64).reshape(-1, 2 + len(COUNTS))
    chunk = {name: table[:, i] for i, name in enumerate(("live", *COUNTS, "known_at"))}
    events.counts.append(restate(stream(seed, "wx.recount", account, day), chunk, COUNTS[:-1], day, share=0.05))
