"""Landing: append-only Parquet files, one per run, account and resource, and the questions asked of them.

`<landing>/<source>/<resource>/account=<account>/<load_id>.parquet`, columns SCHEMA. Three kinds of row:

* payload   `record` and `record_hash` set;
* sighting  only `record_hash`: this payload has landed before for this source, account and resource;
* receipt   neither: this window was answered completely (also when it holds nothing).

Files of past months are merged (compaction.py) into `month=<YYYY-MM>.parquet`, which lists its loads in its footer.

A file is written under a dot-name in its folder, synced and renamed, so it is there complete or not at all.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Collection, Container, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from extract.jsontext import canonical
from extract.model import Window
from extract.windows import Receipt

SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("account", pa.string()),
        ("resource", pa.string()),
        ("window_start", pa.timestamp("us")),
        ("window_end", pa.timestamp("us")),
        ("fetched_at", pa.timestamp("us")),
        ("load_id", pa.string()),
        ("record_hash", pa.string()),
        ("record", pa.string()),
    ]
)
SERVICE_RESOURCES = ("_gaps", "_rejects", "_files", "_fields")
LOADS_KEY = b"loads"
_BATCH = 20_000
_STALE_SECONDS = 24 * 3600
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")


@dataclass(frozen=True, order=True)
class Load:
    """One load and the file that holds it. `fetched_at` is naive UTC, read from the load id."""

    load_id: str
    source: str
    account: str
    resource: str
    path: Path
    fetched_at: datetime


def new_load_id(fetched_at: datetime) -> str:
    """`<fetched_at>-<12 hex wall-clock ms><4 hex random>`; sorts by fetch time, then by wall clock."""
    return f"{fetched_at:%Y%m%dT%H%M%SZ}-{time.time_ns() // 1_000_000:012x}{secrets.token_hex(2)}"


def folder(landing: Path, source: str, account: str, resource: str) -> Path:
    """The folder of an account's files of one resource. Raises ValueError for names that do not belong in a path."""
    for part in (source, account, resource):
        if not _NAME.fullmatch(part):
            raise ValueError(f"expected a name of letters, digits, '_', '.', '-'; got {part!r}")
    return landing / source / resource / f"account={account}"


def files_of(landing: Path, source: str, account: str, resource: str) -> list[Path]:
    """Complete files, oldest first."""
    place = folder(landing, source, account, resource)
    if not place.is_dir():
        return []
    return sorted(path for path in place.iterdir() if path.suffix == ".parquet" and not path.name.startswith("."))


def fetched_at_of(load_id: str) -> datetime:
    """The instant of a load (naive UTC)."""
    return datetime.strptime(load_id.split("-")[0], "%Y%m%dT%H%M%SZ")


def loads_of(path: Path) -> list[str]:
    """The loads that a landing file holds: one, or those of a month."""
    if not path.name.startswith("month="):
        return [path.stem]
    listed: bytes = (pq.read_metadata(path).metadata or {}).get(LOADS_KEY, b"")
    return listed.decode().split(",")


def list_loads(landing: Path) -> Iterator[Load]:
    """Every load in landing (service resources too) once, in no promised order. Unfinished files are not listed."""
    if not landing.is_dir():
        return
    for place in sorted(landing.glob("*/*/account=*")):
        resource, source = place.parent.name, place.parent.parent.name
        account = place.name.removeprefix("account=")
        holders: dict[str, Path] = {}
        for path in sorted(place.iterdir()):  # merged files come last: they hold their originals' loads too
            if path.suffix == ".parquet" and not path.name.startswith("."):
                holders.update(dict.fromkeys(loads_of(path), path))
        for load_id, path in holders.items():
            yield Load(load_id, source, account, resource, path, fetched_at_of(load_id))


def query(sql: str, paths: Sequence[Path], parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run SQL over landing files; `{files}` in the SQL stands for them."""
    if not paths:
        return []
    with duckdb.connect(config={"threads": "1"}) as connection:
        connection.execute("set timezone = 'UTC'")
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        return connection.execute(sql.replace("{files}", f"read_parquet([{listed}])"), parameters).fetchall()


class KnownHashes:
    """A set of record hashes in 16 bytes each (128 bits of the SHA-256), for millions of them."""

    def __init__(self, high: np.ndarray, low: np.ndarray) -> None:
        order = np.argsort(high, kind="stable")
        self._high, self._low = high[order], low[order]

    def __len__(self) -> int:
        """How many there are, repeats counted."""
        return len(self._high)

    def __contains__(self, digest: object) -> bool:
        """Whether a hash (64 hexadecimal digits) is in the set."""
        text = str(digest)
        high, low = np.uint64(int(text[:16], 16)), np.uint64(int(text[16:32], 16))
        place = int(np.searchsorted(self._high, high))
        while place < len(self._high) and self._high[place] == high:
            if self._low[place] == low:
                return True
            place += 1
        return False


def known_hashes(landing: Path, source: str, account: str, resource: str, since: datetime | None = None) -> KnownHashes:
    """Hashes that landed, as payloads or sightings, in loads of this source, account and resource.

    With SINCE (naive UTC) those fetched from then on: a run's cost follows its look-back, not history. A payload that
    is older than that and was never seen since lands once more, which changes no table.
    """
    paths = files_of(landing, source, account, resource)
    if since is not None:
        paths = [path for path in paths if _last_month_or_instant(path) >= since]
    if not paths:
        return KnownHashes(np.zeros(0, np.uint64), np.zeros(0, np.uint64))
    with duckdb.connect(config={"threads": "1"}) as connection:
        found = connection.execute(
            "select ('0x' || record_hash[1:16])::ubigint as high, ('0x' || record_hash[17:32])::ubigint as low "
            "from read_parquet(?) where record_hash is not null",
            [[str(path) for path in paths]],
        ).fetchnumpy()
    return KnownHashes(np.asarray(found["high"]), np.asarray(found["low"]))


def _last_month_or_instant(path: Path) -> datetime:
    """When the newest load of a file was fetched, or the end of its month."""
    if not path.name.startswith("month="):
        return fetched_at_of(path.stem)
    year, month = (int(part) for part in path.stem.removeprefix("month=").split("-"))
    return datetime(year + month // 12, month % 12 + 1, 1)


def covered_windows(
    landing: Path, source: str, account: str, resource: str, excluded: Collection[str] = ()
) -> list[Receipt]:
    """Windows with a receipt, each with the newest time it was answered; EXCLUDED loads cover nothing."""
    rows = query(
        "select window_start, window_end, max(fetched_at) from {files} "
        "where record is null and record_hash is null and not list_contains(?, load_id) group by all order by all",
        files_of(landing, source, account, resource),
        [sorted(excluded)],
    )
    return [Receipt(Window(start, end, resource), fetched_at) for start, end, fetched_at in rows]


def reported_gaps(landing: Path, source: str, account: str, since: datetime | None = None) -> list[Receipt]:
    """Windows in `_gaps` (all resources), with the newest time each was reported; `since` is naive UTC."""
    rows = query(
        "select json_extract_string(record, '$.resource'), window_start, window_end, max(fetched_at) from {files} "
        "where record is not null and fetched_at >= ? group by all order by all",
        files_of(landing, source, account, "_gaps"),
        [since or datetime(1970, 1, 1)],
    )
    return [Receipt(Window(start, end, resource), fetched_at) for resource, start, end, fetched_at in rows]


class LandingWriter:
    """Writes one landing file. Use as a context manager: it commits on success and leaves nothing on an exception.

    `known` holds hashes that landed before; a known record becomes a sighting. A record that comes twice while the
    window stays the same lands once. Service resources always write payloads. Nothing is created until the first row.
    """

    def __init__(
        self,
        landing: Path,
        source: str,
        account: str,
        resource: str,
        fetched_at: datetime,
        known: Container[str] = frozenset(),
        load_id: str | None = None,
    ) -> None:
        self.load_id = load_id or new_load_id(fetched_at)
        self.landed = 0
        self.sighted = 0
        self.path: Path | None = None
        self._folder = folder(landing, source, account, resource)
        self._constants = (source, account, resource)
        self._fetched_at = fetched_at
        self._known = known
        self._window: Window | None = None
        self._seen: set[str] = set()
        self._is_service = resource in SERVICE_RESOURCES
        self._rows: list[tuple[datetime, datetime, str | None, str | None]] = []
        self._writer: pq.ParquetWriter | None = None
        self._file: Any = None
        self._hidden = self._folder / f".{self.load_id}.parquet.part"
        self._schema = SCHEMA

    def __enter__(self) -> LandingWriter:
        """The writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit on success, discard on an exception."""
        if kind is None:
            self.commit()
        else:
            self.discard()

    def record(self, window: Window, record: dict[str, Any]) -> None:
        """One record of a window: a payload, a sighting, or nothing if this window has it already."""
        text, digest = canonical(record)
        if self._is_service:
            self._add(window, digest, text)
            self.landed += 1
            return
        if self._window is None or (self._window.start, self._window.end) != (window.start, window.end):
            self._window, self._seen = window, set()
        if digest in self._seen:
            return
        self._seen.add(digest)
        if digest in self._known:
            self._add(window, digest, None)
            self.sighted += 1
        else:
            self._add(window, digest, text)
            self.landed += 1

    def receipt(self, window: Window) -> None:
        """This window was answered completely."""
        self._add(window, None, None)

    def commit(self) -> Path | None:
        """Make the file visible; None if no row was written."""
        if self._writer is None and not self._rows:
            return None
        self._flush()
        assert self._writer is not None
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._writer = self._file = None
        self.path = self._folder / f"{self.load_id}.parquet"
        self._hidden.rename(self.path)
        sync_folder(self._folder)
        return self.path

    def discard(self) -> None:
        """Leave nothing behind."""
        if self._writer is not None:
            with suppress(Exception):  # a full disk: closing fails as writing did
                self._writer.close()
            with suppress(OSError):
                self._file.close()
            self._writer = self._file = None
        self._rows = []
        self._hidden.unlink(missing_ok=True)

    def _add(self, window: Window, digest: str | None, text: str | None) -> None:
        self._rows.append((window.start, window.end, digest, text))
        if len(self._rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._writer is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._remove_stale()
            self._file = self._hidden.open("wb")
            self._writer = pq.ParquetWriter(self._file, self._schema, compression="zstd")
        count = len(self._rows)
        if not count:
            return
        starts, ends, hashes, records = zip(*self._rows, strict=True)
        constants = [pa.array([value] * count, pa.string()) for value in self._constants]
        columns = [
            *constants,
            pa.array(starts, pa.timestamp("us")),
            pa.array(ends, pa.timestamp("us")),
            pa.array([self._fetched_at] * count, pa.timestamp("us")),
            pa.array([self.load_id] * count, pa.string()),
            pa.array(hashes, pa.string()),
            pa.array(records, pa.string()),
        ]
        columns += [pa.nulls(count, field.type) for field in list(self._schema)[len(columns) :]]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))
        self._rows = []

    def _remove_stale(self) -> None:
        """Unfinished files of runs that were killed, once they are a day old."""
        limit = time.time() - _STALE_SECONDS
        for path in self._folder.glob(".*.part"):
            try:
                if path.stat().st_mtime < limit:
                    path.unlink()
            except FileNotFoundError:
                continue


def sync_folder(place: Path) -> None:
    """Make renames in this folder durable."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
