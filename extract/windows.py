"""Which windows to ask: a pure function of the wish, the clock and what landing says.

* asked days `first`..`last`, never later than the platform is ready (T+1 at `ready_at`, Asia/Shanghai, and
  `late_days` after that: such a day is no gap, a later run asks it);
* days before `first` whose answers tell about it (a publish day tells of the 30 days after it);
* look-back: the last `look_back` days ending at `last`, always, because platforms restate them;
* days whose look-back was cut short (no run came by while they were still being restated) once more;
* earlier days that were asked and never covered, and holes of up to CATCH_UP_DAYS between earlier runs and `first`;
* nothing that a receipt covers already, nothing before the platform has data, nothing it has thrown away.

A listing that shows only the present (`as_of`) has one window: the last complete day at the time of asking. A
listing of an earlier day can never be had, so its gap stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from extract.contract import ResourceSpec
from extract.model import BUSINESS_ZONE, Window

CATCH_UP_DAYS = 31
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Receipt:
    """A window that was answered completely; `fetched_at` is the newest time it was (naive UTC)."""

    window: Window
    fetched_at: datetime

    @property
    def fetched_on(self) -> date:
        """The business day of the answer."""
        return self.fetched_at.replace(tzinfo=UTC).astimezone(BUSINESS_ZONE).date()


def latest_day(business_now: datetime, ready_at: str) -> date:
    """The last day whose data may be asked: yesterday from `ready_at` ("HH:MM") on, the day before until then."""
    hours, minutes = ready_at.split(":")
    late_enough = business_now.time() >= time(int(hours), int(minutes))
    return business_now.date() - (_DAY if late_enough else 2 * _DAY)


def fetchable_until(spec: ResourceSpec, day: date) -> date | None:
    """The last day on which a missing `day` may still be asked; None: the platform names no limit.

    A listing of the present (`as_of`) can be had on the next day only.
    """
    keeps = 1 if spec.window_kind == "as_of" else spec.keeps_days
    return day + timedelta(days=keeps) if keeps else None


def day_range(first: date, last: date) -> list[date]:
    """All days from `first` to `last`, both included; empty if `last` is earlier."""
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def plan(
    spec: ResourceSpec,
    first: date,
    last: date,
    *,
    business_now: datetime,
    ready_at: str,
    receipts: Sequence[Receipt],
    gaps: Iterable[Window],
) -> list[Window]:
    """The windows to ask now, newest first (so that a deadline costs the oldest)."""
    latest = latest_day(business_now, ready_at)
    if spec.window_kind == "as_of":
        return [Window.of_days(latest, latest, spec.name)]
    newest: dict[date, date] = {}
    for receipt in receipts:
        for day in receipt.window.days:
            newest[day] = max(receipt.fetched_on, newest.get(day, receipt.fetched_on))
    failed = {day for window in gaps for day in window.days}
    last = min(last, latest - spec.late_days * _DAY)
    told_from = first - timedelta(days=spec.tells_days - 1)
    wanted = {day for day in day_range(told_from, last) if day not in newest}
    wanted |= {last - timedelta(days=i) for i in range(spec.look_back)}
    wanted |= {day for day in failed if day not in newest}
    known = failed | newest.keys()
    if known:
        start = max(min(known), first - timedelta(days=CATCH_UP_DAYS))
        wanted |= {day for day in day_range(start, first - _DAY) if day not in newest}
        settled_after = timedelta(days=spec.look_back)
        wanted |= {
            day
            for day, seen in newest.items()
            if seen < day + settled_after and day >= first - timedelta(days=CATCH_UP_DAYS)
        }
    oldest = max(spec.history_from or date.min, _oldest_kept(spec, latest))
    return _chunks(sorted(day for day in wanted if oldest <= day <= last), spec.span, spec.name)


def expired(
    spec: ResourceSpec, first: date, last: date, *, business_now: datetime, ready_at: str, receipts: Sequence[Receipt]
) -> list[Window]:
    """The asked days that the platform had and has thrown away, without those that an earlier run covered."""
    kept = _oldest_kept(spec, latest_day(business_now, ready_at))
    covered = {day for receipt in receipts for day in receipt.window.days}
    lost = day_range(max(first, spec.history_from or date.min), min(last, kept - _DAY)) if kept > date.min else []
    return _chunks([day for day in lost if day not in covered], len(lost), spec.name)


def _oldest_kept(spec: ResourceSpec, latest: date) -> date:
    """The oldest day that the platform still has when LATEST is its newest; date.min: it names no limit."""
    return latest - timedelta(days=spec.keeps_days - 1) if spec.keeps_days else date.min


def not_ready(spec: ResourceSpec, first: date, last: date, *, business_now: datetime, ready_at: str) -> Window | None:
    """The part of the asked days that the platform cannot have yet, if any."""
    latest = latest_day(business_now, ready_at)
    if spec.window_kind == "as_of" or last <= latest:
        return None
    return Window.of_days(max(first, latest + _DAY), last, spec.name)


def _chunks(days: Sequence[date], span: int, resource: str) -> list[Window]:
    windows: list[Window] = []
    chunk: list[date] = []
    for day in days:
        if chunk and (day - chunk[-1] != _DAY or len(chunk) == span):
            windows.append(Window.of_days(chunk[0], chunk[-1], resource))
            chunk = []
        chunk.append(day)
    if chunk:
        windows.append(Window.of_days(chunk[0], chunk[-1], resource))
    return windows[::-1]


def merge(windows: Iterable[Window]) -> list[Window]:
    """The union of windows as sorted, disjoint windows (resource names are dropped)."""
    merged: list[Window] = []
    for window in sorted(windows):
        if merged and window.start <= merged[-1].end:
            merged[-1] = Window(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(Window(window.start, window.end))
    return merged


def subtract(window: Window, missing: Iterable[Window]) -> list[Window]:
    """What of `window` is left without `missing`."""
    left: list[Window] = []
    start = window.start
    for hole in merge(missing):
        if hole.end <= start or hole.start >= window.end:
            continue
        if hole.start > start:
            left.append(Window(start, hole.start, window.resource))
        start = max(start, hole.end)
    if start < window.end:
        left.append(Window(start, window.end, window.resource))
    return left
