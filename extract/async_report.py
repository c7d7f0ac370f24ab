"""Reports that a platform makes in its own time: ordered, asked after until they are done, fetched as a file.

What differs between platforms are the three calls (`Orders`). A failed order is not repeated here: the next run orders
anew, because some platforms grant only a few orders a day.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from extract.client import Limits, deadline_passed
from extract.errors import BadPayload, ExtractError
from extract.model import Deadline
from extract.paging import Inconsistent


@dataclass(frozen=True)
class Progress:
    """How far an order is. `size` is the file's length in bytes where the platform says it, 0 where it does not."""

    state: str
    is_done: bool = False
    is_failed: bool = False
    size: int = 0


class Orders(Protocol):
    """A platform's three calls. Each raises the ExtractError of its call."""

    def create(self) -> str:
        """Order the report; its number."""
        ...

    def progress(self, number: str) -> Progress:
        """How far an order is."""
        ...

    def download(self, number: str) -> bytes:
        """The file of a done order."""
        ...


def ordered_file(orders: Orders, deadline: Deadline, limits: Limits, where: str) -> bytes:
    """The file of a newly ordered report. Each pause between two questions is twice the one before, from the first
    pause of `limits` to the longest.

    Raises ExtractError(unavailable) when the platform gives it up, TimedOut when it is not done by the account's
    deadline, Inconsistent when the file is shorter than the platform says.
    """
    number = orders.create()
    pause = limits.first_pause
    while not (progress := orders.progress(number)).is_done:
        if progress.is_failed:
            raise ExtractError(
                f"{where}: the platform gave the ordered report {number} up ({progress.state})",
                action="the next run orders it again",
            )
        if pause >= deadline.remaining():
            raise deadline_passed(deadline)
        time.sleep(pause)
        pause = min(2 * pause, limits.longest_pause)
    content = orders.download(number)
    if len(content) < progress.size:
        raise Inconsistent(f"{where}: {len(content)} bytes of report {number}, the platform says {progress.size}")
    return content


def csv_records(content: bytes, where: str, needs: Iterable[str] = ()) -> list[dict[str, str]]:
    """Rows of a CSV file (UTF-8, with or without BOM) by the names of its first line; every value stays text.

    Raises BadPayload for a file without a first line or without the names that `needs` lists (an error page, say), a
    name that comes twice, or a row with more or fewer values.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadPayload(f"{where}: expected UTF-8 CSV, got other bytes at {error.start}") from None
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [line for line in lines if line]
    except csv.Error as error:
        raise BadPayload(f"{where}: expected CSV, broken in line {lines.line_num} ({error})") from None
    if not rows:
        raise BadPayload(f"{where}: expected CSV with a line of names, got an empty file")
    names = [name.strip() for name in rows[0]]
    if len(set(names)) < len(names) or "" in names:
        raise BadPayload(f"{where}: a column of the CSV has no name or another one's")
    missing = [name for name in needs if name not in names]
    if missing:
        raise BadPayload(f"{where}: the CSV has no column {', '.join(missing)}")
    odd = next((number for number, row in enumerate(rows[1:], start=2) if len(row) != len(names)), None)
    if odd is not None:
        raise BadPayload(f"{where}: row {odd} of the CSV has not the {len(names)} values of the first line")
    return [dict(zip(names, row, strict=True)) for row in rows[1:]]
