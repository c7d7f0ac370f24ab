"""Changes that a fault makes to the body of an answer. What records look like is the platform's to say."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from sandbox.web import Platform

if TYPE_CHECKING:
    from sandbox.faults import Fault

PAGE_KINDS = ("repeated_record", "shrinking_pages")
"""Kinds that look at more than one answer."""
BODY_KINDS = (
    "is_delay",
    "empty_day",
    "duplicate_record",
    "off_by_one",
    "falling_counter",
    "numeric_comma",
    "unknown_field",
    "field_removed",
    "field_retyped",
    *PAGE_KINDS,
)


@dataclass
class Page:
    """A page of a listing; `pages` holds the last record of every page asked for, in the order of asking."""

    pages: dict[Any, Any]
    page: Any

    @property
    def number(self) -> int:
        """0 for the page that was asked for first."""
        return list(self.pages).index(self.page)


def spoil(body: Any, fault: Fault, platform: Platform, page: Page | None = None) -> bool:
    """Changes an answer in place; False when there was nothing to change."""
    if fault.kind == "is_delay":
        found = isinstance(body, dict) and platform.delay_field in body
        if found:
            body[platform.delay_field] = True
        return found
    place = _records(body, platform)
    if place is None:
        return False
    holder, key = place
    rows = holder[key]
    match fault.kind:
        case "empty_day":
            return _empty(body, holder, key, fault.day, platform)
        case "shrinking_pages" if page is not None:
            return _shrink(body, rows, page, platform)
        case "repeated_record" if page is not None:
            return _repeat(rows, page)
    if not rows:
        return False
    match fault.kind:
        case "duplicate_record":
            rows.insert(1, copy.deepcopy(rows[0]))
            return True
        case "unknown_field":
            for row in rows:
                row[fault.name] = fault.value
            return True
        case "field_removed" | "field_retyped":
            return _reshape(list(_named(rows, fault.field or "", fault.day, None, platform)), fault)
        case "off_by_one" | "falling_counter":
            spots = list(_spots(holder, fault.field, fault.day, None, platform))
            if fault.record >= len(spots):
                return False
            node, name = spots[fault.record]
            node[name] = _plus(node[name], 1 if fault.kind == "off_by_one" else -fault.by)
            return True
    spots = list(_spots(holder, fault.field, fault.day, None, platform))
    for node, name in spots:
        node[name] = f"{Decimal(str(node[name]).replace(',', '')):,}"
    return bool(spots)


def _records(body: Any, platform: Platform) -> tuple[Any, Any] | None:
    """Where the records of an answer are: the object nearest to the top with such a list, and the list's key."""
    if isinstance(body, list):
        return {"": body}, ""
    level = [body] if isinstance(body, dict) else []
    while level:
        for holder in level:
            for key in platform.record_lists:
                if isinstance(holder.get(key), list):
                    return holder, key
        level = [value for holder in level for value in holder.values() if isinstance(value, dict)]
    return None


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of an answer outside its lists."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _objects(value)


def _empty(body: Any, holder: Any, key: Any, day: date | None, platform: Platform) -> bool:
    rows = holder[key]
    kept = [] if day is None else [row for row in rows if platform.day_of(row) not in (None, str(day))]
    if len(kept) == len(rows):
        return False
    rows[:] = kept
    if not kept:
        for node in _objects(body):
            for name in platform.sum_fields:
                if name in node:
                    node[name] = {}
            for name in (*platform.total_fields, *platform.page_total_fields):
                if _is_number(node.get(name), name, name):
                    node[name] = _plus(node[name], -Decimal(str(node[name])))
    return True


def _shrink(body: Any, rows: list[Any], page: Page, platform: Platform) -> bool:
    """One record less in all, and the second page begins one record later: what a record deleted while paging does."""
    if page.number == 0:
        return False
    for node in _objects(body):
        for name in platform.total_fields:
            if _is_number(node.get(name), name, name) and Decimal(str(node[name])) > 0:
                node[name] = _plus(node[name], -1)
    if page.number == 1:
        del rows[:1]
    return True


def _repeat(rows: list[Any], page: Page) -> bool:
    if rows:
        page.pages[page.page] = copy.deepcopy(rows[-1])
    if page.number == 0:
        return False
    last = list(page.pages.values())[page.number - 1]
    if last is None:
        return False
    rows.insert(0, copy.deepcopy(last))
    return True


def _reshape(spots: list[tuple[dict[str, Any], str]], fault: Fault) -> bool:
    for node, name in spots:
        value = node.pop(name)
        if fault.kind == "field_retyped":
            node[name] = {"value": value} if fault.to == "object" else f"约{value}"
    return bool(spots)


def _named(
    node: Any, field: str | None, day: date | None, at: str | None, platform: Platform
) -> Iterator[tuple[dict[str, Any], str]]:
    """Every (object, key) under a name (any name when None), in order of the answer, on a day when one is given."""
    if isinstance(node, list):
        for item in node:
            yield from _named(item, field, day, at, platform)
    elif isinstance(node, dict):
        at = platform.day_of(node) or at
        for name, value in node.items():
            if (field is None or name == field) and (day is None or at == str(day)):
                yield node, name
            if isinstance(value, dict | list):
                yield from _named(value, field, day, at, platform)


def _spots(
    node: Any, field: str | None, day: date | None, at: str | None, platform: Platform
) -> Iterator[tuple[dict[str, Any], str]]:
    """Those of the named fields that hold a number."""
    for holder, name in _named(node, field, day, at, platform):
        if _is_number(holder[name], name, field):
            yield holder, name


def _is_number(value: Any, name: str, field: str | None) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return field is not None or not name.endswith(("_id", "id", "time"))
    if isinstance(value, str):
        try:
            Decimal(value.replace(",", ""))
        except InvalidOperation:
            return False
        return field is not None or not name.endswith("_id")
    return False


def _plus(value: Any, change: int | Decimal) -> Any:
    """The number with a change, as text when it was text, with thousands commas when it had some."""
    if isinstance(value, str):
        changed = Decimal(value.replace(",", "")) + change
        return f"{changed:,}" if "," in value else str(changed)
    return type(value)(value + (int(change) if isinstance(value, int) else float(change)))
