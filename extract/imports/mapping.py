"""Mappings: what the headers of an export mean. Shipped ones stand in `mappings/<source>/`, the user's own win.

Shape of a mapping file `<source>/<shape>.yml`::

    fact: content_totals                 # of facts.yml: what a row tells
    about: 小红书专业号 → 笔记数据 → 导出    # where the export comes from
    confidence: unconfirmed              # confirmed | third-party | unconfirmed
    recognise: [title, published_at, views_to_date]   # columns that must be there for a file to be of this shape
    date: export                         # content_totals: the day before the export; or export_day; or a file pattern
    account: {column: [账号ID]}           # or {file: "(?P<account>[0-9]+)_"}; without it the folder says the account
    columns:
      title: {headers: [笔记标题, 标题], personal: free_text}
      published_at: {headers: [首次发布时间], format: "%Y年%m月%d日%H时%M分%S秒"}
      views_to_date: {headers: [观看量, 播放量]}
      spend_amount: {headers: [消费], unit: fen}        # the unit of the file; without it that of facts.yml
      content_id: {headers: [链接], pattern: "/explore/([0-9a-f]{24})"}
      content_type: {headers: [体裁], values: {图文: image_text, 视频: video}}
    constants: {content_type: video}
    drop: [作者昵称]                       # known, never landed
    draft: true                          # as drafted by the preview: no run uses it until this line is gone
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from extract.contract import FieldRule, ResourceSpec
from extract.imports.values import UNITS

PREFIX = "file_"
CONFIDENCE = ("confirmed", "third-party", "unconfirmed")
_KEYS = {"fact", "about", "confidence", "recognise", "date", "account", "columns", "constants", "drop", "draft"}
_COLUMN_KEYS = {"headers", "unit", "format", "pattern", "values", "personal"}
_IN_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]$")


class MappingError(ValueError):
    """A mapping that contradicts itself; the text names the file and the place."""


@dataclass(frozen=True)
class Fact:
    """What a file can tell: its columns by their rules, the day and the id of a record."""

    name: str
    day: str
    fields: Mapping[str, FieldRule]
    id: str = ""
    id_from: tuple[tuple[str, ...], ...] = ()

    @property
    def resource(self) -> str:
        """The resource under which it lands."""
        return PREFIX + self.name


@dataclass(frozen=True)
class Column:
    """Where a column comes from, and how it is read."""

    name: str
    headers: tuple[str, ...]
    unit: str
    format: str = ""
    pattern: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    personal: str = ""


@dataclass(frozen=True)
class FileMapping:
    """One export shape of one source."""

    source: str
    shape: str
    fact: Fact
    columns: tuple[Column, ...]
    recognise: tuple[str, ...]
    about: str = ""
    confidence: str = "unconfirmed"
    date: str = ""
    account_headers: tuple[str, ...] = ()
    account_pattern: str = ""
    constants: Mapping[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    is_own: bool = False

    @cached_property
    def by_header(self) -> Mapping[str, Column]:
        """Columns by their headers, folded."""
        return {fold(header): column for column in self.columns for header in column.headers}

    @cached_property
    def dropped(self) -> frozenset[str]:
        """Headers that are known and never land, folded."""
        return frozenset(fold(header) for header in self.drop)

    @cached_property
    def spec(self) -> ResourceSpec:
        """The allow-list for the scrubber: the mapping's columns, as facts.yml or (stricter) the mapping says."""
        names = {column.name: column.personal for column in self.columns} | dict.fromkeys(self.constants, "")
        rules = {name: _stricter(self.fact.fields[name], personal) for name, personal in names.items()}
        if self.fact.day in self.fact.fields:
            rules.setdefault(self.fact.day, self.fact.fields[self.fact.day])
        for name in (self.fact.id, *EXTRA):
            if name and name not in rules:
                rules[name] = self.fact.fields.get(name, FieldRule(name, "keep"))
        return ResourceSpec(self.fact.resource, "", "days", 1, 0, (), rules)

    def match(self, cells: Sequence[str]) -> int:
        """How many headers of a row this mapping knows; 0 unless every column to recognise it by is among them."""
        found = [self.by_header.get(cell) for cell in map(fold, cells)]
        names = {column.name for column in found if column}
        return len(names) if names.issuperset(self.recognise) else 0


EXTRA = ("exported_at", "recovered", "is_rounded")
"""Fields of every record beside the columns: when it was exported, what was recovered in it, whether roughly."""


def fold(header: object) -> str:
    """A header without what exporters vary: width, case, spaces, a unit in brackets at its end."""
    text = unicodedata.normalize("NFKC", str(header or ""))
    if not text.isalnum():
        text = "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))
    text = text.casefold()
    return _IN_BRACKETS.sub("", text) or text


def _stricter(rule: FieldRule, personal: str) -> FieldRule:
    if not personal or personal == rule.personal:
        return rule
    do: Any = {"free_text": "mask", "pseudonym": "pseudonym"}[personal]
    return replace(rule, do=do, personal=personal)


@cache
def facts() -> Mapping[str, Fact]:
    """Every fact of facts.yml."""
    raw = yaml.safe_load((resources.files("extract.imports") / "facts.yml").read_text("utf-8"))
    actions: dict[str, Any] = {"none": "keep", "pseudonym": "pseudonym", "free_text": "mask"}
    found = {}
    for name, entry in raw.items():
        fields = {
            column: FieldRule(
                column,
                actions[rule.get("personal", "none")],
                unit=rule["unit"],
                kind=rule["kind"],
                personal=rule.get("personal", "none"),
            )
            for column, rule in entry["columns"].items()
        }
        ways = entry.get("id", {})
        found[name] = Fact(name, entry["day"], fields, ways.get("column", ""), tuple(map(tuple, ways.get("or", ()))))
    return found


def load_mappings(source: str, own: Path | None, drafts: bool = False) -> list[FileMapping]:
    """The mappings of a source, the user's own (folder OWN/<source>/) instead of shipped ones of the same name.

    Those that say `draft: true` count with DRAFTS only: nobody has checked them yet. Raises MappingError for a file
    that contradicts itself.
    """
    found: dict[str, FileMapping] = {}
    for folder, is_own in ((_shipped(source), False), (own / source if own else None, True)):
        for path in sorted(folder.glob("*.yml")) if folder else ():
            if mapping := _parse(path, source, is_own, drafts):
                found[path.stem] = mapping
    return list(found.values())


def digest_of(source: str, own: Path | None) -> str:
    """Changes when a mapping of the source does: its files are looked at again then."""
    sha = hashlib.sha256()
    for folder in (_shipped(source), own / source if own else None):
        for path in sorted(folder.glob("*.yml")) if folder else ():
            sha.update(path.name.encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()[:16]


def shipped_sources() -> list[str]:
    """Sources for which mappings are shipped."""
    return sorted(path.name for path in _shipped("").iterdir() if path.is_dir())


def _shipped(source: str) -> Path:
    return Path(str(resources.files("extract.imports"))) / "mappings" / source


def _parse(path: Path, source: str, is_own: bool, drafts: bool) -> FileMapping | None:
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(f"{path} is not a YAML file: {error}") from None
    if isinstance(raw, dict) and raw.get("draft") and not drafts:
        return None
    if not isinstance(raw, dict) or not {"fact", "columns", "recognise"} <= raw.keys() or raw.keys() - _KEYS:
        came = sorted(raw) if isinstance(raw, dict) else type(raw).__name__
        raise MappingError(f"{path}: expected fact, columns, recognise and of {sorted(_KEYS)}; got {came}")
    if raw["fact"] not in facts():
        raise MappingError(f"{path}: fact is one of {', '.join(facts())}; got {raw['fact']!r}")
    fact = facts()[raw["fact"]]
    columns = tuple(_column(path, fact, name, entry or {}) for name, entry in raw["columns"].items())
    account = raw.get("account") or {}
    mapping = FileMapping(
        source,
        path.stem,
        fact,
        columns,
        tuple(raw["recognise"]),
        str(raw.get("about", "")),
        str(raw.get("confidence", "unconfirmed")),
        str(raw.get("date", "")),
        tuple(account.get("column", ())),
        str(account.get("file", "")),
        {name: str(value) for name, value in (raw.get("constants") or {}).items()},
        tuple(raw.get("drop") or ()),
        is_own,
    )
    _check(path, mapping)
    return mapping


def _column(path: Path, fact: Fact, name: str, entry: Mapping[str, Any]) -> Column:
    where = f"{path}: {name}"
    if name not in fact.fields:
        raise MappingError(f"{where}: {fact.name} has the columns {', '.join(fact.fields)}")
    if entry.keys() - _COLUMN_KEYS or not entry.get("headers"):
        raise MappingError(f"{where}: expected headers and of {sorted(_COLUMN_KEYS)}; got {sorted(entry)}")
    unit = str(entry.get("unit") or fact.fields[name].unit)
    if unit not in UNITS:
        raise MappingError(f"{where}: unit is one of {', '.join(sorted(UNITS))}; got {unit!r}")
    if entry.get("personal", "") not in ("", "free_text", "pseudonym"):
        raise MappingError(f"{where}: personal is free_text or pseudonym; put what must never land under drop")
    return Column(
        name,
        tuple(map(str, entry["headers"])),
        unit,
        str(entry.get("format", "")),
        str(entry.get("pattern", "")),
        {str(key): str(value) for key, value in (entry.get("values") or {}).items()},
        str(entry.get("personal", "")),
    )


def _check(path: Path, mapping: FileMapping) -> None:
    folded = [fold(h) for column in mapping.columns for h in column.headers] + [fold(h) for h in mapping.drop]
    doubles = sorted({header for header in folded if folded.count(header) > 1})
    if doubles:
        raise MappingError(f"{path}: these headers stand twice: {', '.join(doubles)}")
    names = {column.name for column in mapping.columns}
    if not mapping.recognise or not names.issuperset(mapping.recognise):
        raise MappingError(f"{path}: recognise names columns of this mapping: {', '.join(sorted(names))}")
    if mapping.confidence not in CONFIDENCE:
        raise MappingError(f"{path}: confidence is one of {', '.join(CONFIDENCE)}; got {mapping.confidence!r}")
    if unknown := mapping.constants.keys() - mapping.fact.fields.keys():
        raise MappingError(f"{path}: constants name columns of {mapping.fact.name}; got {', '.join(sorted(unknown))}")
    fact = mapping.fact
    if fact.day == "metric_date" and "metric_date" not in names and not mapping.date:
        raise MappingError(f"{path}: where does metric_date come from? A column, or date: export, or a file pattern")
    ways = [{fact.id}, *map(set, fact.id_from)] if fact.id else [set()]
    if not any(way <= names | mapping.constants.keys() for way in ways):
        raise MappingError(f"{path}: a row must be told from another by {' or by '.join(str(sorted(w)) for w in ways)}")
    for pattern in (mapping.account_pattern, *(column.pattern for column in mapping.columns)):
        try:
            re.compile(pattern)
        except re.error as error:
            raise MappingError(f"{path}: {pattern!r} is no regular expression: {error}") from None


def best_match(mappings: Iterable[FileMapping], cells: Sequence[str]) -> list[FileMapping]:
    """The mappings that know most headers of a row (the user's own before shipped ones); more than one: ambiguous."""
    scores = [(mapping.match(cells), mapping.is_own, mapping) for mapping in mappings]
    top = max(((score, own) for score, own, _ in scores), default=(0, False))
    return [mapping for score, own, mapping in scores if score and (score, own) == top]
