"""The types that the parts of extraction pass to each other.

Days and windows are business time, Asia/Shanghai, naive and half-open [start, end). Instants
(`ExtractContext.now`) are aware.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")

REASONS = (
    "token",
    "consent",
    "permission",
    "quota",
    "rate",
    "timeout",
    "bad_payload",
    "unknown_code",
    "unavailable",
    "delayed",
    "no_file",
    "task_ended",
)


@dataclass(frozen=True)
class Account:
    """One account of one source. `credentials` never appear in `repr`, so an account may be logged.

    Several accounts may share a `connection`: one consent, one token pair, one lock.
    """

    source: str
    account: str
    name: str
    connection: str
    base_url: str
    credentials: Mapping[str, str] = field(repr=False)

    @property
    def is_by_files(self) -> bool:
        """Whether there is nothing to log in to: what is known of it comes in files."""
        return not self.connection


@dataclass(frozen=True)
class ExtractContext:
    """Where to read and write, the keys, the clock and how long an account may take.

    `identity_key` makes pseudonyms, `token_key` is a Fernet key for saved tokens. `now` is aware and does not move
    during a run (in the sandbox it is the virtual clock). `deadline_seconds` counts wall-clock seconds per account.
    `excluded` names loads whose windows count as never answered, so that they are asked again. `imports` is the folder
    of the user's own file mappings, `accounts` holds the configured accounts by source (files may name any of them).
    """

    landing: Path
    drop: Path
    tokens: Path
    identity_key: bytes = field(repr=False)
    token_key: bytes = field(repr=False)
    now: datetime
    deadline_seconds: float = 900
    excluded: frozenset[str] = frozenset()
    imports: Path | None = None
    accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises ValueError for a naive `now`."""
        if self.now.tzinfo is None:
            raise ValueError("ExtractContext.now must be aware (have a time zone); got a naive datetime")

    @property
    def business_now(self) -> datetime:
        """`now` as naive Asia/Shanghai time."""
        return self.now.astimezone(BUSINESS_ZONE).replace(tzinfo=None)

    @property
    def fetched_at(self) -> datetime:
        """`now` as naive UTC, the landing column `fetched_at`."""
        return self.now.astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True, order=True)
class Window:
    """A span of business time [start, end) of one resource."""

    start: datetime
    end: datetime
    resource: str = ""

    @classmethod
    def of_days(cls, first: date, last: date, resource: str) -> Window:
        """The window of whole days `first`..`last`, both included."""
        return cls(_midnight(first), _midnight(last + timedelta(days=1)), resource)

    @property
    def first_day(self) -> date:
        """The day of the start."""
        return self.start.date()

    @property
    def last_day(self) -> date:
        """The last day that the window touches."""
        return (self.end - timedelta(microseconds=1)).date()

    @property
    def days(self) -> list[date]:
        """Every day that the window touches."""
        count = (self.last_day - self.first_day).days + 1
        return [self.first_day + timedelta(days=i) for i in range(count)]

    def __str__(self) -> str:
        """Days for whole days, else date and time."""
        if self.start.time() == self.end.time() == datetime.min.time():
            return str(self.first_day) if self.first_day == self.last_day else f"{self.first_day}..{self.last_day}"
        return f"{self.start:%Y-%m-%d %H:%M}..{self.end:%Y-%m-%d %H:%M}"


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


@dataclass(frozen=True)
class Gap:
    """A window that was asked and is not covered. `reason` is one of REASONS; `action` says what a person can do."""

    resource: str
    window: Window
    reason: str
    message: str
    action: str = ""
    code: str = ""
    request_id: str = ""


@dataclass
class ResourceReport:
    """What one run did for one resource. Counts are windows (`windows`, `covered`) or records (the others)."""

    resource: str
    windows: int = 0
    covered: int = 0
    fetched: int = 0
    landed: int = 0
    sighted: int = 0
    rejected: int = 0
    unknown_fields: dict[str, int] = field(default_factory=dict)
    retyped_fields: dict[str, int] = field(default_factory=dict)
    known_fields: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


@dataclass
class AccountReport:
    """What one run did for one account. `notices` are what a person should see to although nothing failed yet."""

    source: str
    account: str
    resources: list[ResourceReport] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def gaps(self) -> list[Gap]:
        """The gaps of all resources."""
        return [gap for resource in self.resources for gap in resource.gaps]

    @property
    def ok(self) -> bool:
        """Every asked window was covered."""
        return not self.gaps

    def message(self) -> str:
        """A text for a data engineer: counts per resource, then each kind of gap with what to do."""
        head = "complete" if self.ok else f"{len(self.gaps)} window(s) missing"
        lines = [f"{self.source} {self.account}: {head}", *(f"  NOTICE: {notice}" for notice in self.notices)]
        for item in self.resources:
            lines.append(
                f"  {item.resource}: {item.covered}/{item.windows} windows, {item.fetched} records "
                f"({item.landed} new, {item.sighted} seen before, {item.rejected} rejected)"
            )
            if item.unknown_fields:
                names = ", ".join(f"{name} x{count}" for name, count in sorted(item.unknown_fields.items()))
                lines.append(f"    fields the contract does not know, dropped: {names}")
            if item.retyped_fields:
                names = ", ".join(f"{name} x{count}" for name, count in sorted(item.retyped_fields.items()))
                lines.append(f"    fields of another type than the contract's: {names}")
            grouped: dict[tuple[str, str, str, str], list[Gap]] = {}
            for gap in item.gaps:
                grouped.setdefault((gap.reason, gap.code, gap.message, gap.action), []).append(gap)
            for (reason, code, message, action), gaps in grouped.items():
                shown = ", ".join(str(gap.window) for gap in gaps[:3]) + (", …" if len(gaps) > 3 else "")
                suffix = f" code {code}" if code else ""
                lines.append(f"    missing [{reason}{suffix}] {shown}: {message}")
                ids = [gap.request_id for gap in gaps if gap.request_id]
                if ids:
                    lines.append(f"      request id {ids[0]}")
                if action:
                    lines.append(f"      to do: {action}")
        return "\n".join(lines)


class Deadline:
    """A point in wall-clock time after which nothing new is asked."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return self.remaining() <= 0
