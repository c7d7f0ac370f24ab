"""Weibo hot search: finding and reading the dropped files.

Taken are `…/YYYY-MM-DD/HH.json`, `*.csv` and `*.csv.gz`, anywhere below the drop folder; everything else is ignored.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Literal

from extract.model import Window

_HOUR_FILE = re.compile(r"(?:.*/)?(\d{4}-\d{2}-\d{2})/(\d{2})\.json")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class DropFile:
    """One file to take. `name` is its path below the drop folder; `hour` is set for JSON files."""

    path: Path
    name: str
    shape: Literal["json", "csv"]
    hour: tuple[str, str] | None = None

    def identity(self, sha256: str) -> tuple[str, str]:
        """What makes it the same file again: the content, and for JSON the hour that the path says (two hours may
        hold the same bytes)."""
        return sha256, "/".join(self.hour) if self.hour else ""


def find_files(folder: Path) -> list[DropFile]:
    """The files to take, sorted by name. Hidden files and folders are left alone; a missing folder holds none."""
    found: list[DropFile] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in name.split("/")) or not path.is_file():
            continue
        if name.endswith((".csv", ".csv.gz")):
            found.append(DropFile(path, name, "csv"))
        elif match := _HOUR_FILE.fullmatch(name):
            found.append(DropFile(path, name, "json", (match[1], match[2])))
    return found


def digest(path: Path) -> tuple[str, int]:
    """sha256 (hex) and size in bytes."""
    sha, size = hashlib.sha256(), 0
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            sha.update(chunk)
            size += len(chunk)
    return sha.hexdigest(), size


def hour_window(day: str, hour: str, resource: str) -> Window:
    """The window of one hour. Raises ValueError unless day is YYYY-MM-DD and hour 00 to 23."""
    if len(day) != 10 or len(hour) not in (1, 2) or not hour.isdecimal():
        raise ValueError("expected YYYY-MM-DD and an hour")
    start = datetime.fromisoformat(day) + timedelta(hours=int(hour))
    if int(hour) > 23:
        raise ValueError("expected an hour from 00 to 23")
    return Window(start, start + timedelta(hours=1), resource)


@contextmanager
def open_text(path: Path) -> Iterator[IO[str]]:
    """UTF-8 text, BOM dropped, line ends untouched. Bytes that are not UTF-8 come as lone surrogates, so that one bad
    line can be told from the good ones."""
    zipped = path.name.endswith(".gz")
    with (
        path.open("rb") as raw,
        gzip.GzipFile(fileobj=raw) if zipped else raw as binary,
        io.TextIOWrapper(binary, encoding="utf-8-sig", errors="surrogateescape", newline="") as text,
    ):
        yield text
