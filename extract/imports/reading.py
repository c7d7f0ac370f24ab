"""Files as tables of cells: CSV in any of the encodings that spreadsheets write, workbooks new and old, JSON and JSONL.

A row that cannot be read is a `Broken` with its line; the rows around it are read all the same.
"""

from __future__ import annotations

import csv
import gzip
import io
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from extract.errors import BadPayload
from extract.imports.values import Cell
from extract.jsontext import AmbiguousObject, parse

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".json", ".jsonl", ".ndjson")
DELIMITERS = ",\t;|"
_SAMPLE = 50  # lines that decide on the delimiter
_LONGEST = 200  # physical lines of one row; more means a quote that is never closed
_MIXED = "the line is in another encoding than the file"


class UnreadableFile(Exception):
    """Nothing of a file can be read: a short reason and what to do."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Row:
    """One row: its line in the file (row of the sheet, position in a JSON list), its cells, what was odd about it."""

    line: int
    cells: list[Cell]
    note: str = ""


@dataclass(frozen=True)
class Broken:
    """A row that cannot be read."""

    line: int
    reason: str
    detail: str


@dataclass
class Table:
    """One table of a file. `name` is that of its sheet; `encoding` says how text was written."""

    name: str = ""
    encoding: str = ""
    rows: list[Row] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    serials_1904: bool = False


def read_tables(path: Path) -> list[Table]:
    """Every table of the file that holds anything. Raises UnreadableFile."""
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile("unreadable_file", f"{type(error).__name__} while reading: export it again") from None
    name = path.name.lower().removesuffix(".gz")
    if raw[:4] == b"PK\x03\x04":
        tables = _workbook(raw)
    elif raw[:4] == b"\xd0\xcf\x11\xe0":
        tables = _old_workbook(raw)
    elif name.endswith((".json", ".jsonl", ".ndjson")):
        tables = [_json(raw, by_line=not name.endswith(".json"))]
    elif raw.lstrip()[:1] == b"<":
        raise UnreadableFile("unknown_type", "a web page inside: open it in a spreadsheet and save it as .xlsx or .csv")
    elif b"\x00" in raw[:4096] and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableFile("unknown_type", f"expected {', '.join(SUFFIXES)}; this is neither text nor a workbook")
    else:
        tables = [_text(raw)]
    tables = [table for table in tables if table.rows or table.broken]
    if not tables:
        raise UnreadableFile("empty_file", "no row in it: export it again")
    return tables


# ── text ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(raw: bytes) -> Table:
    lines, encodings = _decode(raw)
    used = Counter(encoding for encoding in encodings if encoding not in ("ascii", ""))
    usual = used.most_common(1)[0][0] if used else "utf-8"
    odd = {number for number, encoding in enumerate(encodings, 1) if encoding not in ("ascii", "", usual)}
    bad = {number for number, encoding in enumerate(encodings, 1) if not encoding}
    table = Table(encoding="+".join(sorted(used)) or "utf-8")
    delimiter, width = _delimiter(lines[:_SAMPLE])
    for first, last, cells in _split(lines, delimiter, width):
        spanned = range(first, last + 1)
        if cells is None:
            table.broken.append(Broken(first, "bad_line", "a quote that is never closed"))
        elif bad.intersection(spanned):
            table.broken.append(Broken(first, "bad_encoding", "expected UTF-8 or GB18030"))
        elif any(cell.strip() for cell in cells):
            table.rows.append(Row(first, list(cells), _MIXED if odd.intersection(spanned) else ""))
    return table


def _decode(raw: bytes) -> tuple[list[str], list[str]]:
    """Physical lines and the encoding of each: ascii, utf-8, gb18030, utf-16, or "" where none fits.

    No second byte of GB18030 is a line feed, so a file can be cut into lines before it is decoded.
    """
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        lines = raw.decode("utf-16", "replace").splitlines(keepends=True)
        return lines, ["" if "\ufffd" in line else "utf-16" for line in lines]
    lines, encodings = [], []
    for line in raw.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True):
        for encoding in ("ascii", "utf-8", "gb18030"):
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
        else:
            text, encoding = line.decode("utf-8", "replace"), ""
        lines.append(text)
        encodings.append(encoding)
    return lines, encodings


def _delimiter(sample: list[str]) -> tuple[str, int]:
    """The delimiter under which most lines have the same number of columns, more than one; and that number."""
    best, best_width, best_score = ",", 1, 0
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=delimiter) if len(row) > 1)
        for width, count in widths.items():
            if count * width > best_score:
                best, best_width, best_score = delimiter, width, count * width
    return best, best_width


class _NeverClosed(Exception):
    """A row that goes on and on."""


class _Feed:
    """Lines for a csv reader; `row` is the index of the line on which the present row began."""

    def __init__(self, lines: list[str], start: int) -> None:
        self._lines, self.next, self.row = lines, start, start

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.next - self.row >= _LONGEST:
            raise _NeverClosed
        if self.next == len(self._lines):
            if self.row < self.next:
                raise _NeverClosed  # the file ends inside a quote
            raise StopIteration
        self.next += 1
        return self._lines[self.next - 1]


def _split(lines: list[str], delimiter: str, width: int) -> Iterator[tuple[int, int, list[str] | None]]:
    """(first line, last line, cells) of every row; None for cells: a row that could not be ended."""
    start = 0
    while start < len(lines):
        feed = _Feed(lines, start)
        try:
            for cells in csv.reader(feed, delimiter=delimiter):
                if feed.next - feed.row > 1 and len(cells) != width:
                    raise _NeverClosed  # a stray quote swallowed lines
                yield feed.row + 1, feed.next, cells
                feed.row = feed.next
            return
        except (_NeverClosed, csv.Error):
            yield feed.row + 1, feed.row + 1, None
            start = feed.row + 1


# ── workbooks ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _workbook(raw: bytes) -> list[Table]:
    tables = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that openpyxl does not keep
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            is_1904 = book.epoch == CALENDAR_MAC_1904
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # some exporters write a wrong size
                table = Table(sheet.title, "xlsx", serials_1904=is_1904)
                for line, row in enumerate(sheet.iter_rows(), 1):
                    cells = [_shown(cell) for cell in row]
                    if any(cell not in (None, "") for cell in cells):
                        table.rows.append(Row(line, cells))
                tables.append(table)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(
            "unreadable_file", f"not a whole workbook ({type(error).__name__}): export it again"
        ) from None
    return tables


def _shown(cell: Any) -> Cell:
    """The value of a cell; a percentage as it is shown, because the number alone does not tell."""
    value: Cell = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in str(cell.number_format):
        return format((Decimal(repr(value)) * 100).normalize(), "f") + "%"
    return value


def _old_workbook(raw: bytes) -> list[Table]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        return [
            Table(
                name,
                "xls",
                [
                    Row(line, list(cells))
                    for line, cells in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
                    if any(cell != "" for cell in cells)
                ],
            )
            for name in book.sheet_names
        ]
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(
            "unreadable_file", f"not a whole workbook ({type(error).__name__}): export it again"
        ) from None


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _json(raw: bytes, by_line: bool) -> Table:
    """Objects as rows under a header of every name they have; nested ones by dotted names."""
    table = Table(encoding="json")
    found: list[tuple[int, dict[str, Cell]]] = []
    for line, item in _items(raw, by_line, table):
        if isinstance(item, AmbiguousObject):
            table.broken.append(Broken(line, "duplicate_key", "a key occurs twice in the record"))
        elif isinstance(item, dict):
            found.append((line, dict(_flat(item))))
        else:
            table.broken.append(Broken(line, "not_an_object", "expected an object"))
    names = list(dict.fromkeys(name for _, record in found for name in record))
    if names:
        table.rows = [Row(0, list(names))]
        table.rows += [Row(line, [record.get(name) for name in names]) for line, record in found]
    return table


def _items(raw: bytes, by_line: bool, table: Table) -> Iterator[tuple[int, Any]]:
    try:
        whole = raw if by_line else parse(raw)
    except BadPayload as error:
        if raw.lstrip()[:1] != b"{" or b"\n" not in raw.strip():
            raise UnreadableFile("unreadable_file", error.message) from None
        by_line, whole = True, raw  # one object a line under the name .json
    if not by_line:
        lists = [whole] if isinstance(whole, list) else list(_lists(whole))
        if len(lists) != 1:
            raise UnreadableFile("unknown_shape", f"expected one list of objects, got {len(lists)}")
        yield from enumerate(lists[0], 1)
        return
    for line, text in enumerate(raw.splitlines(), 1):
        if not text.strip():
            continue
        try:
            item = parse(text)
        except BadPayload as error:
            table.broken.append(Broken(line, "bad_line", error.message))
            continue
        yield line, item


def _lists(value: Any) -> Iterator[list[Any]]:
    """Lists of objects anywhere inside an object."""
    if isinstance(value, dict):
        for item in value.values():
            if isinstance(item, list) and item and isinstance(item[0], dict):
                yield item
            else:
                yield from _lists(item)


def _flat(record: dict[str, Any], where: str = "") -> Iterable[tuple[str, Cell]]:
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{where}{name}.")
        elif not isinstance(value, list):
            yield where + name, value
