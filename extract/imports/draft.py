"""Drafting a mapping for an export that none knows: headers by a dictionary, units by what the cells look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from extract.imports.convert import HEADER_WITHIN
from extract.imports.mapping import Fact, facts, fold
from extract.imports.reading import Table
from extract.imports.values import Unreadable, plain, read_value

_LOOKED_AT = 50  # rows whose cells are looked at
_TELLING = (  # the first fact one of whose telling columns is there
    ("comments", {"comment_text", "comment_id"}),
    ("mentions", {"mention_text", "mention_id"}),
    ("live_sessions", {"live_id", "started_at", "peak_viewers"}),
    ("ad_daily", {"ad_id", "spend_amount"}),
)


@dataclass(frozen=True)
class Draft:
    """A mapping as YAML, and what a person must look at."""

    text: str
    doubts: list[str]


@cache
def _dictionary() -> tuple[Mapping[str, str], frozenset[str], frozenset[str]]:
    raw = yaml.safe_load((resources.files("extract.imports") / "aliases.yml").read_text("utf-8"))
    columns = {fold(header): name for name, headers in raw["columns"].items() for header in headers}
    return columns, frozenset(map(fold, raw["account"])), frozenset(map(fold, raw["drop"]))


def draft(table: Table) -> Draft | None:
    """The most likely mapping of a table; None if no row looks like a header."""
    known, accounts, persons = _dictionary()
    rows = table.rows[:HEADER_WITHIN]
    hits = [sum(fold(plain(cell)) in known for cell in row.cells) for row in rows]
    if not hits or max(hits) < 2:
        return None
    position = hits.index(max(hits))
    header = [plain(cell) for cell in rows[position].cells]
    guessed: dict[int, str] = {}
    for index, name in enumerate(header):
        base = known.get(fold(name), "")
        if base and base not in guessed.values():
            guessed[index] = base
    fact = _fact(set(guessed.values()))
    below = table.rows[position + 1 : position + 1 + _LOOKED_AT]
    samples = [row for row in below if [plain(cell) for cell in row.cells] != header]
    doubts: list[str] = []
    columns: dict[str, Any] = {}
    for index, base in guessed.items():
        name = base if base in fact.fields else f"{base}_to_date"
        if name not in fact.fields:
            doubts.append(f"{header[index]}: {fact.name} has no {base}; left out")
            continue
        cells = [row.cells[index] for row in samples if index < len(row.cells) and plain(row.cells[index])]
        entry: dict[str, Any] = {"headers": [header[index]]}
        unit = _unit(fact.fields[name].unit, [plain(cell) for cell in cells])
        if unit != fact.fields[name].unit:
            entry["unit"] = unit
        doubts += _misfits(header[index], unit, cells)
        columns[name] = entry
    left = [h for i, h in enumerate(header) if h and i not in guessed]
    drop = [h for h in left if fold(h) in persons]
    account = [h for h in left if fold(h) in accounts]
    unknown = [h for h in left if h not in drop and h not in account]
    ways = [{fact.id}, *map(set, fact.id_from)] if fact.id else [set()]
    if not any(way <= columns.keys() for way in ways):
        needed = " or ".join(" and ".join(sorted(way)) for way in ways)
        doubts.append(f"no column tells one row from another: say which header is {needed}")
    if fact.day != "metric_date" and fact.day not in columns:
        doubts.append(f"no column says the day: say which header is {fact.day}")
    return Draft(_yaml(fact, columns, account, drop, unknown, doubts), doubts)


def _fact(names: set[str]) -> Fact:
    for fact, telling in _TELLING:
        if names & telling:
            return facts()[fact]
    is_content = bool(names & {"title", "content_id", "url"})
    if is_content:
        measures = names - {
            "title",
            "content_id",
            "url",
            "published_at",
            "content_type",
            "duration_seconds",
            "metric_date",
        }
        return facts()["contents" if not measures else "content_daily" if "metric_date" in names else "content_totals"]
    return facts()["account_daily"]


def _unit(usual: str, cells: list[str]) -> str:
    """The unit of the file where the cells tell another than the usual one."""
    if usual == "fraction" and not any("%" in cell for cell in cells):
        numbers = [float(cell) for cell in cells if re.fullmatch(r"\d+(\.\d+)?", cell)]
        return "percent" if any(number > 1 for number in numbers) else usual
    if usual in ("date", "datetime") and cells:
        if all(re.fullmatch(r"1\d{9}", cell) for cell in cells):
            return "epoch_s"
        if all(re.fullmatch(r"1\d{12}", cell) for cell in cells):
            return "epoch_ms"
    return usual


def _misfits(header: str, unit: str, cells: list[Any]) -> list[str]:
    bad = 0
    for cell in cells:
        try:
            read_value(cell, unit)
        except Unreadable:
            bad += 1
    return [f"{header}: {bad} of {len(cells)} cells do not read as {unit}"] if bad else []


def _yaml(
    fact: Fact, columns: dict[str, Any], account: list[str], drop: list[str], unknown: list[str], doubts: list[str]
) -> str:
    lines = [
        "# Drafted from one file: check every line, run the preview again, then remove the next line.",
        "draft: true",
        *(f"# ? {doubt}" for doubt in doubts),
    ]
    telling = [c for c in (fact.day, fact.id, "title", "published_at") if c in columns]
    measures = [c for c in columns if c not in telling]
    head: dict[str, Any] = {"fact": fact.name, "about": "", "confidence": "unconfirmed"}
    head["recognise"] = [*telling, *measures[:1]]
    if fact.day == "metric_date" and "metric_date" not in columns:
        head["date"] = "export"
    if account:
        head["account"] = {"column": account}
    body = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, default_flow_style=None, width=200)
    lines += [body.rstrip(), "columns:"]
    for name, entry in columns.items():
        shown = yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, default_flow_style=True, width=1000)
        lines.append(f"  {name}: {shown.strip()}")
    if drop:
        shown = yaml.safe_dump(drop, allow_unicode=True, default_flow_style=True, width=1000)
        lines.append(f"drop: {shown.strip()}")
    if unknown:
        lines.append("# not known, so they never land: " + ", ".join(unknown))
    return "\n".join(lines) + "\n"
