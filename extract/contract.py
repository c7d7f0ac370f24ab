"""Reading a source's `contract.yml`: resources, windows, keys and the allow-list of fields.

Shape of the file::

    source: wechat
    platform: wechat            # prefix of pseudonyms
    kind: api                   # api | drop
    ready_at: "08:00"           # when the platform has the day before, Asia/Shanghai
    limits: {calls_per_second: 10, calls_per_day: 20000, calls_per_day_and_path: 1000}   # of one app; see budget.py
    resources:
      getusersummary:
        path: /datacube/getusersummary
        window: {kind: days, span: 7, look_back: 3, history_from: 2014-12-01}   # kind: days | as_of | hours
        key: [ref_date, user_source]
        with: [other]           # further resources that the same call lands
        for: {platform_type: "1"}   # only for accounts whose connection says so (one app, accounts of two kinds)
        fields:
          ref_date: {do: keep, unit: date, kind: dimension, personal: none, source: "§1.2 official"}
          detail: {fields: {...}}            # object, or list of objects
          openid: {do: pseudonym, ...}
          phone: {do: pseudonym, as: phone, ...}   # phone | email: equal on every platform, whatever its spelling
          content: {do: mask, ...}           # free text that persons wrote
          author: {do: drop, ...}            # known and never landed
A field that is not listed is dropped and counted. `lands: columns` marks bulk event files (columns.py).
With `resources_in: <folder>` every *.yml of that folder beside the
file is one more resource, named after it; `sql` in an entry is the query that gives it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HOUR = re.compile(r"[0-2]\d:[0-5]\d")

Action = Literal["keep", "pseudonym", "mask", "drop", "nest"]
WindowKind = Literal["days", "as_of", "hours"]
Kind = Literal["api", "drop"]
LIMITS = {"calls_per_second", "calls_per_day", "calls_per_day_and_path"}
NAMESPACES = ("", "phone", "email")
PERSONAL = ("none", "pseudonym", "free_text", "direct")
NUMBER_UNITS = frozenset(
    {"people", "times", "yuan", "fen", "li", "currency", "percent", "ratio", "fraction"}
    | {"minutes", "seconds", "milliseconds", "number"}
)
KINDS = ("dimension", "daily", "cumulative", "snapshot", "event")


@dataclass(frozen=True)
class FieldRule:
    """What happens to one field. `nested` holds the rules of an object or of each object of a list.

    `namespace` prefixes a pseudonym in the platform's place: a phone number is the same one everywhere.
    """

    name: str
    do: Action
    nested: Mapping[str, FieldRule] = field(default_factory=dict)
    unit: str = ""
    kind: str = ""
    personal: str = "none"
    source: str = ""
    namespace: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the field counts or measures something."""
        return self.unit in NUMBER_UNITS


@dataclass(frozen=True)
class ResourceSpec:
    """One resource. `span` = days per call, `look_back` = days re-read every day (see windows.py),
    `tells_days` = how many days from its own on a day's answer tells about (a publish day: 30 statistics days),
    `history_from` = first day the platform has at all, `keeps_days` = how long it keeps a day (0: no known limit),
    `late_days` = how many days later than `ready_at` of the next day the platform has a day,
    `day_field` = the field (dotted) whose day must lie inside the window ("" = not checked),
    `only_for` = connection fields that an account must have for it (empty: every account has it),
    `sql` = the query of a database's resource, `lands_columns` = bulk events, landed as columns (columns.py)."""

    name: str
    path: str
    window_kind: WindowKind
    span: int
    look_back: int
    key: tuple[str, ...]
    fields: Mapping[str, FieldRule]
    tells_days: int = 1
    history_from: date | None = None
    keeps_days: int = 0
    late_days: int = 0
    lands_also: tuple[str, ...] = ()
    is_planned: bool = True
    request: Mapping[str, Any] = field(default_factory=dict)
    day_field: str = ""
    only_for: Mapping[str, str] = field(default_factory=dict)
    sql: str = ""
    lands_columns: bool = False


@dataclass(frozen=True)
class Contract:
    """One source's contract; `platform` prefixes its pseudonyms, `limits` are those of one app (see budget.py)."""

    source: str
    platform: str
    kind: Kind
    ready_at: str
    limits: Mapping[str, float]
    resources: Mapping[str, ResourceSpec]

    @property
    def planned(self) -> list[ResourceSpec]:
        """Resources with windows of their own, in the order in which they are asked."""
        return [spec for spec in self.resources.values() if spec.is_planned]

    def planned_for(self, credentials: Mapping[str, str]) -> list[ResourceSpec]:
        """Those of them that an account with these connection fields has.

        An account of no known kind has all of them: they become gaps, with what its session says about it.
        """
        given = credentials.items()
        return [spec for spec in self.planned if spec.only_for.items() <= given] or self.planned


def _rules(where: str, raw: Mapping[str, Any]) -> dict[str, FieldRule]:
    rules: dict[str, FieldRule] = {}
    for name, entry in raw.items():
        entry = entry or {}
        nested = _rules(f"{where}.{name}", entry["fields"]) if "fields" in entry else {}
        do: Any = "nest" if nested else entry.get("do", "keep")
        personal = entry.get("personal", "none")
        kind = entry.get("kind", "")
        if do not in ("keep", "pseudonym", "mask", "drop", "nest"):
            raise ValueError(f"{where}.{name}: do must be keep, pseudonym, mask or drop, got {do!r}")
        if personal not in PERSONAL or (kind and kind not in KINDS):
            raise ValueError(f"{where}.{name}: personal in {PERSONAL}, kind in {KINDS}; got {personal!r}, {kind!r}")
        namespace = entry.get("as", "")
        if namespace not in NAMESPACES or (namespace and do != "pseudonym"):
            raise ValueError(
                f"{where}.{name}: as must be phone or email, of a pseudonym; got {namespace!r} and do {do}"
            )
        wanted = {"pseudonym": "pseudonym", "free_text": "mask", "direct": "drop"}.get(personal)
        if wanted and do not in (wanted, "drop"):
            raise ValueError(f"{where}.{name}: personal {personal} must be {wanted} or drop, got {do}")
        unit, origin = str(entry.get("unit", "")), str(entry.get("source", ""))
        rules[str(name)] = FieldRule(str(name), do, nested, unit, kind, personal, origin, namespace)
    return rules


@cache
def load_contract(source: str, folder: Path | None = None) -> Contract:
    """Read `extract/<source>/contract.yml`. FOLDER takes the place of its `resources_in`.

    Raises ValueError with the place when a file contradicts itself.
    """
    home = Path(str(resources.files("extract"))) / source
    raw = yaml.load((home / "contract.yml").read_text("utf-8"), Loader=_LOADER)
    if raw["source"] != source or raw["kind"] not in ("api", "drop") or not _HOUR.fullmatch(raw["ready_at"]):
        raise ValueError(f"{source}/contract.yml: expected source {source}, kind api or drop, ready_at HH:MM")
    unknown = set(raw.get("limits", {})) - LIMITS
    if unknown:
        raise ValueError(f"{source}/contract.yml: limits are {sorted(LIMITS)}, got {sorted(unknown)}")
    entries = dict(raw["resources"])
    if "resources_in" in raw:
        entries |= _entries_in(folder or home / raw["resources_in"])
    specs = {name: _spec(source, name, entry) for name, entry in entries.items()}
    return Contract(raw["source"], raw["platform"], raw["kind"], raw["ready_at"], raw.get("limits", {}), specs)


def _entries_in(folder: Path) -> dict[str, Any]:
    """Resources of which each has a file."""
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise ValueError(f"{folder}: expected a folder with a file per resource, <name>.yml")
    found = {}
    for file in files:
        try:
            found[file.stem] = yaml.load(file.read_text("utf-8"), Loader=_LOADER)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ValueError(f"{file} is not a YAML file: {error}") from None
        if not isinstance(found[file.stem], dict) or not {"key", "fields"} <= found[file.stem].keys():
            raise ValueError(f"{file}: expected a mapping with key, fields and window")
    return found


def _spec(source: str, name: str, entry: Mapping[str, Any]) -> ResourceSpec:
    window = entry.get("window", {})
    fields = _rules(f"{source}/{name}", entry["fields"])
    key = tuple(entry["key"])
    for path in key:
        if path.split(".")[0] not in fields:
            raise ValueError(f"{source}/{name}: key {path} is not among the fields")
    return ResourceSpec(
        name=name,
        path=entry.get("path", ""),
        window_kind=window.get("kind", "days"),
        span=int(window.get("span", 1)),
        look_back=int(window.get("look_back", 0)),
        key=key,
        fields=fields,
        tells_days=int(window.get("tells_days", 1)),
        history_from=window.get("history_from"),
        keeps_days=int(window.get("keeps_days", 0)),
        late_days=int(window.get("late_days", 0)),
        lands_also=tuple(entry.get("with", ())),
        is_planned=bool(window),
        request=entry.get("request", {}),
        day_field=str(window.get("field", "")),
        only_for=entry.get("for", {}),
        sql=str(entry.get("sql", "")),
        lands_columns=entry.get("lands") == "columns",
    )
