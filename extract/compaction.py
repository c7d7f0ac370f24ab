"""Compaction: the many small files of past months become one file per account, resource and month.

Rows stay as they are, and so do loads: the file's footer lists the loads it holds, so that each can still be excluded
by name. It is written beside its originals, which go at the next compaction, so that no reader loses a file that it has
just listed; whatever a crash leaves behind, every load is there at least once, and `list_loads` counts it once.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from extract.landing import LOADS_KEY, SCHEMA, fetched_at_of, loads_of, sync_folder

_KEEP_ORIGINALS_SECONDS = 3600


@dataclass
class Compacted:
    """What one compaction did."""

    merged: int = 0
    written: int = 0
    removed: int = 0


def compact(landing: Path, now: datetime) -> Compacted:
    """Merge the files of months before that of NOW (naive UTC); remove originals merged over an hour ago.

    Raises OSError when the disk is full; the originals are still there then.
    """
    done = Compacted()
    for folder in sorted(landing.glob("*/*/account=*")):
        files = sorted(path for path in folder.glob("*.parquet") if not path.name.startswith("."))
        if files and len(pq.read_schema(files[0])) > len(SCHEMA):
            continue  # bulk events: large files of their own columns
        done.removed += _remove_merged(files)
        for month, originals in _months(files, now).items():
            _merge(folder / f"month={month}.parquet", originals)
            done.merged += len(originals)
            done.written += 1
    return done


def _remove_merged(files: list[Path]) -> int:
    """Originals whose loads stand in a merged file that is old enough."""
    merged: set[str] = set()
    for path in files:
        if path.name.startswith("month=") and path.stat().st_mtime < time.time() - _KEEP_ORIGINALS_SECONDS:
            merged.update(loads_of(path))
    gone = [path for path in files if path.stem in merged]
    for path in gone:
        path.unlink()
    return len(gone)


def _months(files: list[Path], now: datetime) -> dict[str, list[Path]]:
    """What is to be merged, by month; a month that was merged and got no further file is left alone."""
    months: dict[str, list[Path]] = {}
    for path in files:
        if not path.name.startswith("month="):
            fetched_at = fetched_at_of(path.stem)
            if (fetched_at.year, fetched_at.month) < (now.year, now.month):
                months.setdefault(f"{fetched_at:%Y-%m}", []).append(path)
    found = {}
    for month, originals in months.items():
        target = originals[0].with_name(f"month={month}.parquet")
        held = set(loads_of(target)) if target.exists() else set()
        fresh = [path for path in originals if path.stem not in held]
        if fresh and (target.exists() or len(fresh) > 1):
            found[month] = ([target] if target.exists() else []) + fresh
    return found


def _merge(target: Path, originals: list[Path]) -> None:
    hidden = target.with_name(f".{target.name}.{os.getpid()}.part")
    loads = sorted({load for path in originals for load in loads_of(path)})
    schema = SCHEMA.with_metadata({LOADS_KEY: ",".join(loads).encode()})
    try:
        with hidden.open("wb") as file:
            with pq.ParquetWriter(file, schema, compression="zstd") as writer:
                for batch in _batches(originals):
                    writer.write_batch(batch.cast(schema))
            file.flush()
            os.fsync(file.fileno())
        hidden.rename(target)
        sync_folder(target.parent)
    finally:
        hidden.unlink(missing_ok=True)


def _batches(paths: list[Path]) -> Iterator:
    for path in paths:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(batch_size=20_000)
