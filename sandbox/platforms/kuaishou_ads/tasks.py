"""Ordered reports: create, list, download (platform-contracts §5.2; manual pages 2927 and 2928)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

VIEWS = {1: "account", 4: "creative"}
"""view_type of the reports that are simulated."""
NEW, WORKING, DONE = 0, 1, 2
_FIRST_ID = 1_230_104


@dataclass
class Task:
    """One order. `now` is the instant for which the file is made; `asks` counts the questions after it."""

    task_id: int
    advertiser: str
    name: str
    view: str
    first: int
    last: int
    now: int
    asks: int = 0

    @property
    def status(self) -> int:
        """New, in work, done: a step further with each question, every third order one question later."""
        return max(NEW, min(self.asks - (self.task_id % 3 == 0), DONE))


class Tasks:
    """The orders of all advertisers since the process began."""

    def __init__(self) -> None:
        self._tasks: list[Task] = []

    def create(self, advertiser: str, name: str, view: str, first: int, last: int, now: int) -> Task | None:
        """A new order; None when the advertiser has used the name."""
        if any(task.name == name and task.advertiser == advertiser for task in self._tasks):
            return None
        task = Task(_FIRST_ID + 7 * len(self._tasks), advertiser, name, view, first, last, now)
        self._tasks.append(task)
        return task

    def of(self, advertiser: str, ids: Iterable[int] = ()) -> list[Task]:
        """An advertiser's orders, newest first; those with the ids when some are given."""
        wanted = set(ids)
        found = [task for task in self._tasks if task.advertiser == advertiser]
        return [task for task in reversed(found) if not wanted or task.task_id in wanted]


def csv_file(body: dict[str, Any]) -> bytes:
    """The rows as CSV with a byte-order mark; the names are those of the report's fields."""
    rows = body["details"]
    names = dict.fromkeys([name for row in rows for name in row] or body["columns"])
    out = io.StringIO()
    writer = csv.DictWriter(out, list(names))
    writer.writeheader()
    writer.writerows(rows)
    return "\ufeff".encode() + out.getvalue().encode()
