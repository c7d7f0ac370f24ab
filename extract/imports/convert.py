"""A table under a mapping, as records in canonical columns; nothing is written here.

Rows above the header, repeated headers, empty rows and totals are no records. A row that cannot be used is a `Reject`
with its line and a reason that names columns, never values. The day and account of each record are known afterwards.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from extract.imports.mapping import EXTRA, Column, FileMapping, best_match, fold
from extract.imports.reading import Row, Table
from extract.imports.values import BUSINESS_ZONE, Cell, LostDigits, Unreadable, Value, looks_cut, plain, read_value
from extract.scrub import Rejected, Scrubber

HEADER_WITHIN = 30  # rows; titles and notes of an export stand above its header
_TOTALS = frozenset({"合计", "总计", "汇总", "总和", "小计", "total", "totals", "sum", "grandtotal"})
_FILE_DAY = re.compile(r"(?<!\d)(20\d{2})[-_.年]?(0\d|1[0-2])[-_.月]?([0-2]\d|3[01])(?:[-_ T]?\d{4}(?:\d{2})?)?(?!\d)")


@dataclass(frozen=True)
class Export:
    """When a file was exported (naive Asia/Shanghai), and whether its name says so or only its time on disk."""

    at: datetime
    is_named: bool

    @classmethod
    def of(cls, path: Path) -> Export:
        """By the last date in the file's name, else by the time at which the file was last changed."""
        days = list(_FILE_DAY.finditer(path.name))
        for match in reversed(days):
            try:
                return cls(datetime(*(int(part) for part in match.groups())), True)  # type: ignore[arg-type]
            except ValueError:
                continue
        changed = datetime.fromtimestamp(int(path.stat().st_mtime), BUSINESS_ZONE).replace(tzinfo=None)
        return cls(changed, False)


@dataclass(frozen=True)
class Found:
    """A record as it may land."""

    account: str
    day: date
    line: int
    record: dict[str, Any]


@dataclass(frozen=True)
class Reject:
    """A row (line 0: the file) that cannot be used. `day` where it is known."""

    line: int
    reason: str
    detail: str
    account: str = ""
    day: date | None = None


@dataclass
class Converted:
    """What a table would become."""

    mapping: FileMapping
    table: str
    found: list[Found] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    repeated: int = 0
    totals: int = 0

    def days(self, account: str) -> tuple[set[date], set[date]]:
        """(days of an account all of whose rows could be read, days that lack a row). A reject whose day or account
        nobody knows leaves every day open."""
        seen = {found.day for found in self.found if found.account == account}
        mine = [reject for reject in self.rejects if reject.account in ("", account)]
        broken = {reject.day for reject in mine if reject.day} & seen if all(r.day for r in mine) else seen
        return seen - broken, broken


@dataclass(frozen=True)
class Place:
    """What is known of a file before it is read: its path, the account of its folder ("" if that names none), the
    accounts of its source, its export."""

    path: Path
    folder_account: str
    accounts: tuple[str, ...]
    export: Export


class Unplaced(Exception):
    """A table without a mapping (`no_mapping`) or an account (`no_account`); the text says what to do."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def find_header(table: Table, mappings: Sequence[FileMapping]) -> tuple[int, FileMapping]:
    """Position of the header among the table's rows and the mapping that knows it. Raises Unplaced."""
    for position, row in enumerate(table.rows[:HEADER_WITHIN]):
        matches = best_match(mappings, [plain(cell) for cell in row.cells])
        if len(matches) > 1:
            names = ", ".join(mapping.shape for mapping in matches)
            raise Unplaced(
                "no_mapping", f"line {row.line} fits several mappings ({names}): make `recognise` of one longer"
            )
        if matches:
            return position, matches[0]
    raise Unplaced("no_mapping", "no mapping knows these columns: `make import-preview FILE=…` drafts one")


def convert(
    table: Table, mappings: Sequence[FileMapping], place: Place, scrub: Callable[[FileMapping], Scrubber]
) -> Converted:
    """Every record of the table. Raises Unplaced."""
    position, mapping = find_header(table, mappings)
    return _Conversion(table, position, mapping, place, scrub(mapping)).run()


class _Conversion:
    """One table under one mapping."""

    def __init__(self, table: Table, position: int, mapping: FileMapping, place: Place, scrubber: Scrubber) -> None:
        self._table, self._mapping, self._place, self._scrubber = table, mapping, place, scrubber
        self._header = [fold(plain(cell)) for cell in table.rows[position].cells]
        while self._header and not self._header[-1]:
            self._header.pop()
        self._rows = table.rows[position + 1 :]
        self._columns: dict[int, Column] = {}
        for index, header in enumerate(self._header):
            column = mapping.by_header.get(header)
            if column and column not in self._columns.values():  # a header that comes twice counts once
                self._columns[index] = column
        names = [fold(header) for header in mapping.account_headers]
        self._account_at = next((i for i, header in enumerate(self._header) if header in names), None)
        shown = [plain(cell) for cell in table.rows[position].cells]
        self.out = Converted(mapping, table.name)
        self.out.unknown = [
            shown[i]
            for i, header in enumerate(self._header)
            if header and i not in self._columns and i != self._account_at and header not in mapping.dropped
        ]
        self._cut = self._cut_columns()
        match = re.search(mapping.account_pattern, place.path.name) if mapping.account_pattern else None
        self._named_account = match["account"] if match else ""
        if self._account_at is None and not self._named_account and not place.folder_account:
            accounts = ", ".join(place.accounts) or "none yet"
            raise Unplaced(
                "no_account",
                f"put the file into a folder named for its account ({accounts}); see docs/importing-files.md",
            )

    def run(self) -> Converted:
        """Read every row."""
        for broken in self._table.broken:
            self.out.rejects.append(Reject(broken.line, broken.reason, broken.detail))
        for row in self._rows:
            first = fold(next((shown for cell in row.cells if (shown := plain(cell))), ""))
            if first in self._header and self._repeats(row):
                self.out.repeated += 1
            elif first in _TOTALS:
                self.out.totals += 1
            else:
                self._row(row)
        return self.out

    def _repeats(self, row: Row) -> bool:
        """Whether the row is the header once more."""
        return [fold(plain(cell)) for cell in row.cells[: len(self._header)]] == self._header

    def _cut_columns(self) -> set[str]:
        """Columns of ids that went through a number on their way: no id of them can be trusted."""
        return {
            column.name
            for index, column in self._columns.items()
            if column.unit == "id"
            and looks_cut([plain(row.cells[index]) for row in self._rows if index < len(row.cells)])
        }

    def _row(self, row: Row) -> None:
        account, day = "", None
        notes = [("row", row.note)] if row.note else []
        try:
            extra = any(plain(cell) for cell in row.cells[len(self._header) :])
            is_short = len(row.cells) < len(self._header) and self._table.encoding not in ("xlsx", "xls", "json")
            if extra or is_short:
                raise Rejected("bad_line", f"expected {len(self._header)} columns, got {len(row.cells)}")
            account = self._account(row)
            day = self._day(row, notes)
            values = self._read(row, notes)
            if "metric_date" in self._mapping.fact.fields:
                values["metric_date"] = str(day)
            self.out.found.append(Found(account, day, row.line, self._finish(values, notes)))
        except Rejected as error:
            self.out.rejects.append(Reject(row.line, error.reason, error.detail, account, day))

    def _account(self, row: Row) -> str:
        account = self._place.folder_account
        if self._account_at is not None and self._account_at < len(row.cells):
            try:
                account = read_value(row.cells[self._account_at], "id").text or account
            except Unreadable as error:
                raise Rejected("bad_account", f"{self._header[self._account_at]}: {error}") from None
        elif self._named_account:
            account = self._named_account
        if account not in self._place.accounts:
            known = ", ".join(self._place.accounts)
            raise Rejected("unknown_account", f"expected an account of config/accounts.yml: {known}")
        return account

    def _cell(self, row: Row, index: int, column: Column) -> Value:
        """Raises Rejected, LostDigits."""
        try:
            return self._value(row.cells[index] if index < len(row.cells) else None, column)
        except LostDigits:
            raise
        except Unreadable as error:
            raise Rejected("bad_value", f"{self._header[index]}: {error}") from None

    def _read(self, row: Row, notes: list[tuple[str, str]]) -> dict[str, str | None]:
        """Values by column; what was recovered goes to the notes: (column, words)."""
        values: dict[str, str | None] = dict(self._mapping.constants)
        for index, column in self._columns.items():
            try:
                value = self._cell(row, index, column)
            except LostDigits as error:
                if column.name != self._mapping.fact.id or not self._mapping.fact.id_from:
                    raise Rejected("lost_digits", f"{self._header[index]}: {error}") from None
                values[column.name] = None  # told from its url or its title and time instead, or rejected there
                notes.append((column.name, "digits lost, told by other columns"))
                continue
            if value.text is not None:
                values[column.name] = value.text
            if value.how and column.name != "metric_date":
                notes.append((column.name, _words(value, column, plain(row.cells[index]))))
        return values

    def _value(self, cell: Cell, column: Column) -> Value:
        if column.name in self._cut and plain(cell):
            raise LostDigits("every id of this column ends in zeros: it went through a number")
        if column.pattern:
            match = re.search(column.pattern, plain(cell))
            return Value(match[1] if match else None)
        if self._table.encoding == "xls" and column.unit == "percent" and isinstance(cell, float):
            return Value(None, "left out, a percentage or a fraction")  # the old format does not say how it is shown
        value = read_value(cell, column.unit, column.format, self._table.serials_1904)
        if column.values and value.text is not None:
            return Value(column.values.get(value.text, value.text), value.how)
        return value

    def _day(self, row: Row, notes: list[tuple[str, str]]) -> date:
        """The day that the row speaks of: its column, else the file's name or its export. Raises Rejected."""
        fact, export, how = self._mapping.fact, self._place.export, self._mapping.date
        index = next((i for i, column in self._columns.items() if column.name == fact.day), None)
        if index is not None:
            value = self._cell(row, index, self._columns[index])
            if value.text:
                if value.how and fact.day == "metric_date":
                    notes.append(("metric_date", _words(value, self._columns[index], plain(row.cells[index]))))
                return date.fromisoformat(value.text[:10])
        if fact.name == "contents":  # a list without times speaks of the day on which it was taken
            return export.at.date()
        if fact.day == "metric_date" and how in ("export", "export_day"):
            day = export.at.date() - timedelta(days=how == "export")
            if not export.is_named:
                notes.append(("metric_date", f"exact: the time of the file → {day}"))
            return day
        if fact.day == "metric_date" and how and (match := re.search(how, self._place.path.name)):
            try:
                return date.fromisoformat(str(read_value(match["date"], "date").text))
            except Unreadable as error:
                raise Rejected("missing_day", f"the file's name: {error}") from None
        raise Rejected("missing_day", f"{fact.day} is absent")

    def _finish(self, values: dict[str, str | None], notes: list[tuple[str, str]]) -> dict[str, Any]:
        """Scrubbed, identified, with what was recovered."""
        fact = self._mapping.fact
        raw: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
        raw["exported_at"] = f"{self._place.export.at:%Y-%m-%d %H:%M:%S}"
        dropped = {name: "" for name in self.out.unknown if name not in self._scrubber.spec.fields}  # counted there
        record = self._scrubber({**raw, **dropped})
        if fact.id and not record.get(fact.id):
            record[fact.id] = _made_id(fact.id_from, record)
            if record[fact.id] is None:
                lost = any(name == fact.id for name, _ in notes)
                ways = " or by ".join(" and ".join(way) for way in fact.id_from)
                detail = f"{fact.id} is absent" + (f"; neither can it be told by {ways}" if ways else "")
                raise Rejected("lost_digits" if lost else "missing_key", detail)
        if not record.keys() - {fact.day, fact.id, *EXTRA, *self._mapping.constants}:
            raise Rejected("empty_row", "no value in it")
        if notes:
            record["recovered"] = "; ".join(f"{name} {words}" for name, words in notes)
            if any(words.startswith(("rounded", "at_least")) for _, words in notes):
                record["is_rounded"] = "true"
        return record


def _words(value: Value, column: Column, written: str) -> str:
    """What was recovered, for people; ids and texts are not quoted."""
    return (
        value.how
        if value.text is None or column.unit in ("id", "text", "url")
        else f"{value.how}: {written[:30]} → {value.text}"
    )


def _made_id(ways: Iterable[tuple[str, ...]], record: dict[str, Any]) -> str | None:
    """An id out of other columns, the same whenever the row is exported again."""
    for way in ways:
        parts = [str(record.get(name) or "") for name in way]
        if all(parts):
            kind = "url" if way == ("url",) else "title" if "title" in way else "time"
            return f"by_{kind}:{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:20]}"
    return None
