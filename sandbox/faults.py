"""Scripts of faults: what to break, where, and how often.

A fault matches by source, account, path (a part of it) and day (inside the asked window). Without a path it leaves the
token calls alone. `after` lets the first matching calls pass, `times` counts down by use; without it the fault stays
until cleared.
"""

from __future__ import annotations

import asyncio
import copy
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.clock import Clock
from sandbox.spoil import BODY_KINDS, PAGE_KINDS, Page, spoil
from sandbox.web import Answer, Call, Platform
from sandbox.world.time import day_at, midnight

KINDS: dict[str, str] = {
    "hang": "waits `seconds` (default 600), then closes the connection without an answer",
    "bad_json": "HTTP 200 with a page that is not JSON",
    "truncated": "HTTP 200 with the first half of the answer",
    "slow": "the right answer, spread over `seconds` (default 2)",
    "reset": "closes the connection without an answer",
    "http_500": "HTTP 500",
    "error_code": "the platform's error envelope with `code` and `message`",
    "token_expired": "the platform's answer to an expired token",
    "rate_limited": "the platform's answer to calls that come too fast",
    "quota_used": "the platform's answer when the day's calls are used up, from its first strike to the virtual "
    "clock's next midnight in Shanghai",
    "is_delay": "the platform's mark of an incomplete day (on platforms that have one)",
    "empty_day": "an answer without records; with `day`, without that day's records",
    "duplicate_record": "the first record twice",
    "repeated_record": "the last record of a page comes again as the first of the next page",
    "shrinking_pages": "while it is read a listing loses a record: from the second page on its total is smaller by "
    "one, and the second page begins one record later",
    "off_by_one": "adds 1 to `field` of the `record`-th match (default 0)",
    "falling_counter": "subtracts `by` (default 1) from `field` of the `record`-th match (default 0)",
    "numeric_comma": "writes numbers as text with a thousands comma; only `field` when given",
    "unknown_field": "adds a field `name` (default x_new_field) with `value` to every record",
    "field_removed": "takes `field` out of every record",
    "field_retyped": "makes `field` of every record an object around its value, or with `to` text a text around it",
}
_NEEDS_FIELD = ("off_by_one", "falling_counter", "field_removed", "field_retyped")
_KEYS = {
    "source",
    "account",
    "path",
    "kind",
    "times",
    "after",
    "day",
    "seconds",
    "code",
    "message",
    "field",
    "record",
    "by",
    "to",
    "name",
    "value",
}
_VOLATILE = {"access_token", "nonce", "sign", "signature", "sig", "time", "timestamp"}
"""Parameters that differ from call to call though the same thing is asked."""


class FaultError(ValueError):
    """A fault that cannot be planted; the text says what was expected."""


@dataclass
class Fault:
    """One planted fault and how often it struck."""

    source: str
    kind: str
    account: str | None = None
    path: str | None = None
    day: date | None = None
    times: int | None = None
    after: int = 0
    seconds: float | None = None
    code: int | str | None = None
    message: str = ""
    field: str | None = None
    record: int = 0
    by: int = 1
    to: str = "object"
    name: str = "x_new_field"
    value: Any = "new"
    hits: int = 0
    seen: int = 0
    """Matching calls so far, struck or not."""
    used_until: int | None = None
    """Instant to which the quota is used up; None before the first strike."""
    listings: dict[Any, dict[Any, Any]] = dataclasses.field(default_factory=dict)
    """By listing: the pages asked for so far, in order, with the last record of each."""

    @classmethod
    def parse(cls, raw: object, platforms: Mapping[str, Platform]) -> Fault:
        """A fault from its JSON. Raises FaultError for unknown sources, kinds, keys, and missing parameters."""
        if not isinstance(raw, dict):
            raise FaultError(f"a fault must be an object, got {type(raw).__name__}")
        unknown = sorted(set(raw) - _KEYS)
        if unknown:
            raise FaultError(f"unknown keys {unknown}; known: {sorted(_KEYS)}")
        if raw.get("source") not in platforms:
            raise FaultError(f"source must be one of {sorted(platforms)}, got {raw.get('source')!r}")
        kind = raw.get("kind")
        if kind not in KINDS:
            raise FaultError(f"kind must be one of {sorted(KINDS)}, got {kind!r}")
        if kind == "error_code" and not isinstance(raw.get("code"), int | str):
            raise FaultError("kind error_code needs a `code`: a whole number, or text where the platform's are texts")
        if kind in _NEEDS_FIELD and not raw.get("field"):
            raise FaultError(f"kind {kind} needs the name of a `field`")
        if kind == "is_delay" and platforms[raw["source"]].delay_field is None:
            having = sorted(source for source, platform in platforms.items() if platform.delay_field)
            raise FaultError(f"kind is_delay exists on {', '.join(having)} only")
        if kind in PAGE_KINDS and not platforms[raw["source"]].page_parameters:
            raise FaultError(f"kind {kind} needs a platform whose listings have pages, {raw['source']} names none")
        if raw.get("to", "object") not in ("object", "text"):
            raise FaultError(f"to must be object or text, got {raw['to']!r}")
        for name, least in (("times", 1), ("after", 0), ("by", 1), ("record", 0)):
            value = raw.get(name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
                raise FaultError(f"{name} must be a whole number of at least {least}, got {value!r}")
        try:
            day = date.fromisoformat(raw["day"]) if raw.get("day") else None
        except (TypeError, ValueError):
            raise FaultError(f"day must be YYYY-MM-DD, got {raw['day']!r}") from None
        account = str(raw["account"]) if raw.get("account") is not None else None
        given = {key: value for key, value in raw.items() if value is not None}
        return cls(**{**given, "day": day, "account": account})

    def describe(self) -> dict[str, Any]:
        """The fault as JSON, with its hits."""
        shown = {key: value for key, value in vars(self).items() if value is not None and key != "listings"}
        return shown | ({"day": str(self.day)} if self.day else {})

    def meets(self, platform: Platform, call: Call, now: int) -> bool:
        """True when the fault applies to a call; counts the calls that it lets pass."""
        if not self._matches(platform, call):
            return False
        if self.used_until is not None and now >= self.used_until:
            return False
        self.seen += 1
        return self.seen > self.after and (self.times is None or self.hits < self.times)

    def _matches(self, platform: Platform, call: Call) -> bool:
        if self.source != platform.source:
            return False
        if self.path is None and call.path in platform.token_paths:
            return False
        if self.path is not None and self.path.strip("/") not in call.path:
            return False
        if self.account is not None and self.account != platform.account_of(call):
            return False
        if self.day is not None:
            days = platform.days_of(call)
            return days is not None and days[0] <= self.day <= days[1]
        return True

    def page(self, platform: Platform, call: Call) -> Page:
        """Which page of which listing a call asks for; the first page that is seen of a listing is its first."""
        asked = {name: str(value) for name, value in call.parameters().items() if name not in _VOLATILE}
        page = tuple(asked.pop(name, None) for name in platform.page_parameters)
        listing = (platform.account_of(call), call.path, tuple(sorted(asked.items())))
        pages = self.listings.setdefault(listing, {})
        pages.setdefault(page, None)
        return Page(pages, page)


@dataclass
class Outcome:
    """What goes out: bytes, or nothing at all when `drop` is set."""

    status: int
    content: bytes
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    media_type: str = "text/plain"
    drop: bool = False
    slow: float = 0.0

    @classmethod
    def of(cls, answer: Answer) -> Outcome:
        """The answer as it is."""
        return cls(answer.status, answer.write(), answer.headers, answer.media_type)


class Faults:
    """The faults planted now, in order."""

    def __init__(self, platforms: Mapping[str, Platform], clock: Clock) -> None:
        self.planted: list[Fault] = []
        self._platforms = platforms
        self._clock = clock

    def plant(self, body: object) -> int:
        """Adds the faults of {"faults": [...]}, all or none; returns how many. Raises FaultError."""
        if not isinstance(body, dict) or not isinstance(body.get("faults"), list):
            raise FaultError('expected {"faults": [...]}')
        added = [Fault.parse(raw, self._platforms) for raw in body["faults"]]
        self.planted += added
        return len(added)

    async def apply(self, platform: Platform, call: Call) -> Outcome:
        """Answers a call through the first transport fault and every content fault that meets it."""
        now = self._clock.now()
        met = [fault for fault in self.planted if fault.meets(platform, call, now)]
        before = next((fault for fault in met if fault.kind not in BODY_KINDS), None)
        if before is not None:
            before.hits += 1
            instead = await self._instead(before, platform, now)
            if instead is not None:
                return instead
        answer = platform.answer(call)
        for fault in met:
            if fault.kind in BODY_KINDS and not isinstance(answer.content, bytes):
                changed = copy.deepcopy(answer.body)
                page = fault.page(platform, call) if fault.kind in PAGE_KINDS else None
                if spoil(changed, fault, platform, page):
                    fault.hits += 1
                    answer.body = changed
        outcome = Outcome.of(answer)
        if before is not None and before.kind == "truncated":
            outcome.content = outcome.content[: len(outcome.content) // 2]
        if before is not None and before.kind == "slow":
            outcome.slow = 2.0 if before.seconds is None else before.seconds
        return outcome

    async def _instead(self, fault: Fault, platform: Platform, now: int) -> Outcome | None:
        """What a fault answers in the platform's place; None when the platform answers."""
        match fault.kind:
            case "hang":
                await asyncio.sleep(600 if fault.seconds is None else fault.seconds)
                return Outcome(0, b"", drop=True)
            case "reset":
                return Outcome(0, b"", drop=True)
            case "http_500":
                return Outcome(500, b"Internal Server Error")
            case "bad_json":
                page = "<html><body>系统繁忙，请稍后再试</body></html>".encode()
                return Outcome(200, page, media_type="text/html; charset=utf-8")
            case "token_expired":
                return Outcome.of(platform.expired)
            case "rate_limited":
                return Outcome.of(platform.rate_limited)
            case "quota_used":
                fault.used_until = midnight(day_at(now) + 1)
                return Outcome.of(platform.quota_used)
            case "error_code":
                return Outcome.of(platform.failure(fault.code or 0, fault.message))
        return None
