"""Bulk event files land as columns: one row per event, its fields beside those of the envelope, every value as text.

Such rows have neither hash nor record, so they are never looked up one by one: the newest complete answer of a window
holds all of its events. A window has one row more, without any field: its receipt.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from extract.contract import ResourceSpec
from extract.errors import BadPayload
from extract.landing import SCHEMA, LandingWriter
from extract.model import Window
from extract.scrub import mask_text, pseudonym

_SLICE = 100_000


def landed_fields(spec: ResourceSpec) -> list[str]:
    """The columns of a resource in landing, in order."""
    return [name for name, rule in spec.fields.items() if rule.do != "drop"]


def read_csv(content: bytes, where: str) -> pa.Table:
    """A CSV file (UTF-8, `,` `"`, backslash escapes) as text columns; an empty value stays an empty text.

    Raises BadPayload for a file that is no table.
    """
    names = content[: content.find(b"\n")].decode("utf-8-sig", "replace").strip().replace('"', "").split(",")
    if len(set(names)) < len(names) or "" in names:
        raise BadPayload(f"{where}: a column of the CSV has no name or another one's")
    options = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    parsing = csv.ParseOptions(newlines_in_values=True, escape_char="\\")
    try:
        return csv.read_csv(io.BytesIO(content), convert_options=options, parse_options=parsing)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        said = str(error).split(":")[0][:80]  # what follows quotes the line
        raise BadPayload(f"{where}: expected CSV in UTF-8, cannot be read ({said})") from None


def each_distinct(column: pa.ChunkedArray, change: Callable[[str], str | None]) -> pa.ChunkedArray:
    """The column with every value changed; each distinct value is changed once."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    changed = [None if value is None else change(value) for value in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(changed, pa.string()).take(encoded.indices)])


def scrub_columns(table: pa.Table, spec: ResourceSpec, platform: str, key: bytes) -> pa.Table:
    """The columns that may land, in the contract's order; one that did not come is null."""
    columns = {}
    for name in landed_fields(spec):
        rule = spec.fields[name]
        column = table[name] if name in table.column_names else pa.chunked_array([pa.nulls(len(table), pa.string())])
        if rule.do == "pseudonym":
            prefix = rule.namespace or platform
            column = each_distinct(column, lambda raw, prefix=prefix: pseudonym(key, prefix, raw))  # type: ignore[misc]
        elif rule.do == "mask":
            column = each_distinct(column, mask_text)
        columns[name] = column
    return pa.table(columns)


def split_good(table: pa.Table, spec: ResourceSpec) -> tuple[pa.Table, dict[str, int]]:
    """Rows that have their key and whole numbers where the contract says milliseconds; the others counted by reason."""
    good = pa.chunked_array([pa.array([True] * len(table), pa.bool_())])
    bad: dict[str, int] = {}
    checks = [(name, "missing_key", pc.greater(pc.utf8_length(_filled(table[name])), 0)) for name in spec.key]
    for name, rule in spec.fields.items():
        if rule.unit == "milliseconds" and rule.do == "keep":
            checks.append((name, "bad_date", pc.match_substring_regex(_filled(table[name]), "^[0-9]{12,13}$")))
    for name, reason, fits in checks:
        missed = len(table) - pc.sum(pc.or_(fits, pc.invert(good))).as_py() if len(table) else 0
        if missed:
            bad[f"{reason}: {name}"] = missed
        good = pc.and_(good, fits)
    return table.filter(good), bad


def _filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(column, "")


class ColumnsWriter(LandingWriter):
    """Writes one landing file of a bulk resource; see LandingWriter."""

    def __init__(
        self, landing: Path, source: str, account: str, resource: str, fetched_at: datetime, fields: Sequence[str]
    ) -> None:
        super().__init__(landing, source, account, resource, fetched_at)
        self._schema = pa.schema([*SCHEMA, *(pa.field(name, pa.string()) for name in fields)])

    def table(self, window: Window, rows: pa.Table) -> None:
        """The events of a window."""
        self._flush()
        assert self._writer is not None
        values = [*self._constants, window.start, window.end, self._fetched_at, self.load_id, None, None]
        for start in range(0, len(rows), _SLICE):
            part = rows.slice(start, _SLICE)
            head = [pa.repeat(pa.scalar(v, f.type), len(part)) for v, f in zip(values, SCHEMA, strict=True)]
            self._writer.write_table(pa.Table.from_arrays([*head, *part.columns], schema=self._schema))
        self.landed += len(rows)


def writer_of(place: tuple[Path, str, str], spec: ResourceSpec, fetched_at: datetime) -> ColumnsWriter:
    """The writer of a bulk resource."""
    return ColumnsWriter(*place, spec.name, fetched_at, landed_fields(spec))
