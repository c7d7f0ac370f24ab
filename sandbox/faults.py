"""Scripts of faults: what to break, where, and how often.

A fault matches by source, account (app id or advertiser id), path (a part of it) and day (inside the asked window).
Without a path it leaves the token calls alone. `times` counts down by use; without it the fault stays until cleared.
"""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.web import Call, Platform

KINDS: dict[str, str] = {
    "hang": "waits `seconds` (default 600), then closes the connection without an answer",
    "bad_json": "HTTP 200 with a page that is not JSON",
    "truncated": "HTTP 200 with the first half of the answer",
    "slow": "the right answer, spread over `seconds` (default 2)",
    "reset": "closes the connection without an answer",
    "http_500": "HTTP 500",
    "error_code": "the platform's error envelope with `code` and `message`",
    "token_expired": "the platform's answer to an expired token",
    "is_delay": "is_delay true (WeChat article calls)",
    "empty_day": "an answer without records; with `day`, without that day's records",
    "duplicate_record": "the first record twice",
    "off_by_one": "adds 1 to `field` of the `record`-th match (default 0)",
    "numeric_comma": "writes numbers as text with a thousands comma; only `field` when given",
    "unknown_field": "adds a field `name` (default x_new_field) with `value` to every record",
}
SOURCES = ("wechat", "oceanengine")
_BODY_KINDS = ("is_delay", "empty_day", "duplicate_record", "off_by_one", "numeric_comma", "unknown_field")
_KEYS = {
    "source",
    "account",
    "path",
    "kind",
    "times",
    "day",
    "seconds",
    "code",
    "message",
    "field",
    "record",
    "name",
    "value",
}
_LISTS = ("list", "item", "comment", "rows", "comment_list")
_DAYS = ("stat_date", "ref_date", "stat_time_day")


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
    seconds: float | None = None
    code: int | None = None
    message: str = ""
    field: str | None = None
    record: int = 0
    name: str = "x_new_field"
    value: Any = "new"
    hits: int = 0

    @classmethod
    def parse(cls, raw: object) -> Fault:
        """A fault from its JSON. Raises FaultError for unknown sources, kinds, keys, and missing parameters."""
        if not isinstance(raw, dict):
            raise FaultError(f"a fault must be an object, got {type(raw).__name__}")
        unknown = sorted(set(raw) - _KEYS)
        if unknown:
            raise FaultError(f"unknown keys {unknown}; known: {sorted(_KEYS)}")
        if raw.get("source") not in SOURCES:
            raise FaultError(f"source must be one of {list(SOURCES)}, got {raw.get('source')!r}")
        kind = raw.get("kind")
        if kind not in KINDS:
            raise FaultError(f"kind must be one of {sorted(KINDS)}, got {kind!r}")
        if kind == "error_code" and not isinstance(raw.get("code"), int):
            raise FaultError("kind error_code needs a whole number `code`")
        if kind == "off_by_one" and not raw.get("field"):
            raise FaultError("kind off_by_one needs the name of a `field`")
        if kind == "is_delay" and raw["source"] != "wechat":
            raise FaultError("kind is_delay exists on wechat only")
        times = raw.get("times")
        if times is not None and (not isinstance(times, int) or times < 1):
            raise FaultError(f"times must be a whole number of at least 1, got {times!r}")
        try:
            day = date.fromisoformat(raw["day"]) if raw.get("day") else None
        except (TypeError, ValueError):
            raise FaultError(f"day must be YYYY-MM-DD, got {raw['day']!r}") from None
        account = str(raw["account"]) if raw.get("account") is not None else None
        return cls(**{**raw, "day": day, "account": account})

    def describe(self) -> dict[str, Any]:
        """The fault as JSON, with its hits."""
        shown = {key: value for key, value in vars(self).items() if value is not None}
        return shown | ({"day": str(self.day)} if self.day else {})

    def meets(self, platform: Platform, call: Call) -> bool:
        """True when the fault applies to a call."""
        if self.source != platform.source or (self.times is not None and self.hits >= self.times):
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


@dataclass
class Outcome:
    """What goes out: a body, or nothing at all when `drop` is set."""

    status: int
    content: bytes
    drop: bool = False
    slow: float = 0.0


class Faults:
    """The faults planted now, in order."""

    def __init__(self) -> None:
        self.planted: list[Fault] = []

    def plant(self, body: object) -> int:
        """Adds the faults of {"faults": [...]}, all or none; returns how many. Raises FaultError."""
        if not isinstance(body, dict) or not isinstance(body.get("faults"), list):
            raise FaultError('expected {"faults": [...]}')
        added = [Fault.parse(raw) for raw in body["faults"]]
        self.planted += added
        return len(added)

    async def apply(self, platform: Platform, call: Call) -> Outcome:
        """Answers a call through the first transport fault and every content fault that meets it."""
        met = [fault for fault in self.planted if fault.meets(platform, call)]
        before = next((fault for fault in met if fault.kind not in _BODY_KINDS), None)
        if before is not None:
            before.hits += 1
            if before.kind == "hang":
                await asyncio.sleep(600 if before.seconds is None else before.seconds)
            if before.kind in ("hang", "reset"):
                return Outcome(0, b"", drop=True)
            if before.kind == "http_500":
                return Outcome(500, b"Internal Server Error")
            if before.kind == "bad_json":
                return Outcome(200, "<html><body>系统繁忙，请稍后再试</body></html>".encode())
            if before.kind == "token_expired":
                return Outcome(200, dump(platform.expired))
            if before.kind == "error_code":
                return Outcome(200, dump(platform.failure(before.code or 0, before.message)))
        body = platform.answer(call).body
        for fault in met:
            if fault.kind in _BODY_KINDS:
                changed = copy.deepcopy(body)
                if spoil(changed, fault):
                    fault.hits += 1
                    body = changed
        content = dump(body)
        if before is not None and before.kind == "truncated":
            return Outcome(200, content[: len(content) // 2])
        slow = (
            (2.0 if before.seconds is None else before.seconds) if before is not None and before.kind == "slow" else 0.0
        )
        return Outcome(200, content, slow=slow)


def dump(body: dict[str, Any]) -> bytes:
    """JSON as the platforms write it: UTF-8, not escaped."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _records(body: dict[str, Any]) -> tuple[dict[str, Any], str] | None:
    """Where the records of an answer are: the object and the key of its list."""
    data = body.get("data")
    for holder in (data, body):
        if isinstance(holder, dict):
            for key in _LISTS:
                if isinstance(holder.get(key), list):
                    return holder, key
    return None


def spoil(body: dict[str, Any], fault: Fault) -> bool:
    """Changes an answer in place; False when there was nothing to change."""
    if fault.kind == "is_delay":
        found = "is_delay" in body
        if found:
            body["is_delay"] = True
        return found
    place = _records(body)
    if place is None:
        return False
    holder, key = place
    rows = holder[key]
    if fault.kind == "empty_day":
        return _empty(holder, key, fault.day)
    if not rows:
        return False
    if fault.kind == "duplicate_record":
        rows.insert(1, copy.deepcopy(rows[0]))
        return True
    if fault.kind == "unknown_field":
        for row in rows:
            row[fault.name] = fault.value
        return True
    spots = [spot for spot in _spots(holder, fault.field, fault.day, None)]
    if fault.kind == "off_by_one":
        if fault.record >= len(spots):
            return False
        node, name = spots[fault.record]
        node[name] = _plus_one(node[name])
        return True
    for node, name in spots:
        node[name] = f"{Decimal(str(node[name])):,}"
    return bool(spots)


def _empty(holder: dict[str, Any], key: str, day: date | None) -> bool:
    rows = holder[key]
    kept = [] if day is None else [row for row in rows if _day_of(row) not in (None, str(day))]
    if len(kept) == len(rows):
        return False
    holder[key] = kept
    if "total_metrics" in holder and not kept:
        holder["total_metrics"] = {}
    if "page_info" in holder and not kept:
        holder["page_info"] |= {"total_number": 0, "total_page": 0}
    return True


def _day_of(row: dict[str, Any]) -> str | None:
    labels = row.get("dimensions", row)
    return next((labels[name] for name in _DAYS if name in labels), None)


def _spots(node: Any, field: str | None, day: date | None, at: str | None) -> Iterator[tuple[Any, str]]:
    """Every (object, key) holding a number under a name, in order of the answer, on a day when one is given."""
    if isinstance(node, list):
        for item in node:
            yield from _spots(item, field, day, at)
    elif isinstance(node, dict):
        at = _day_of(node) or at
        for name, value in node.items():
            if isinstance(value, dict | list):
                yield from _spots(value, field, day, at)
            elif (
                (name == field or field is None) and _is_number(value, name, field) and (day is None or at == str(day))
            ):
                yield node, name


def _is_number(value: Any, name: str, field: str | None) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return field is not None or not name.endswith(("_id", "id", "time"))
    if isinstance(value, str):
        try:
            Decimal(value)
        except InvalidOperation:
            return False
        return field is not None or not name.endswith("_id")
    return False


def _plus_one(value: Any) -> Any:
    return str(Decimal(value) + 1) if isinstance(value, str) else value + 1
