"""The spool between the receiver and landing: one SQLite file per account, `<drop>/site/<account>.db`.

It holds scrubbed records only. A batch is one transaction, synced to the disk before the receiver answers 200; an event
id that is there already is not written again. What has landed stays for some days, so that a repeated event is known.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

REMEMBER_DAYS = 30
_BUSY_SECONDS = 30
_SCHEMA = """
create table if not exists event (
    event_id text primary key, resource text not null, day text not null, record text not null, has_landed int not null
);
create table if not exists note (
    number integer primary key, kind text not null, resource text not null, day text not null, record text not null
);
create index if not exists waiting on event (day) where not has_landed;
"""


@dataclass(frozen=True)
class Event:
    """A scrubbed event; `day` is its business day."""

    event_id: str
    resource: str
    day: date
    record: dict[str, Any]


@dataclass(frozen=True)
class Note:
    """What the receiver turned away (`reject`) or dropped (`unknown`: field → count), by the day it came."""

    kind: str
    resource: str
    day: date
    record: dict[str, Any]
    number: int = 0


class Spool:
    """The events of one account."""

    def __init__(self, folder: Path, account: str) -> None:
        self.path = folder / f"{account}.db"

    def add(self, events: Iterable[Event], notes: Iterable[Note] = ()) -> int:
        """Write a batch; returns how many events were new. On return they are on the disk.

        Raises sqlite3.Error when they are not.
        """
        with self._open() as connection:
            before = connection.total_changes
            connection.executemany(
                "insert or ignore into event values (?, ?, ?, ?, 0)",
                [(e.event_id, e.resource, str(e.day), _text(e.record)) for e in events],
            )
            added = connection.total_changes - before
            connection.executemany(
                "insert into note (kind, resource, day, record) values (?, ?, ?, ?)",
                [(n.kind, n.resource, str(n.day), _text(n.record)) for n in notes],
            )
        return added

    def waiting(self, until: date) -> list[Event]:
        """Events of the days up to UNTIL that have not landed, by resource and day."""
        with self._open() as connection:
            rows = connection.execute(
                "select event_id, resource, day, record from event where not has_landed and day <= ? "
                "order by resource, day, event_id",
                [str(until)],
            ).fetchall()
        return [Event(row[0], row[1], date.fromisoformat(row[2]), json.loads(row[3])) for row in rows]

    def notes(self) -> list[Note]:
        """What was turned away or dropped since the last run."""
        with self._open() as connection:
            rows = connection.execute("select kind, resource, day, record, number from note order by number").fetchall()
        return [Note(row[0], row[1], date.fromisoformat(row[2]), json.loads(row[3]), row[4]) for row in rows]

    def landed(self, events: Collection[Event], notes: Collection[Note], today: date) -> None:
        """These are in landing now: remembered by their ids for a while, their records emptied."""
        with self._open() as connection:
            connection.executemany(
                "update event set has_landed = 1, record = '{}' where event_id = ?", [(e.event_id,) for e in events]
            )
            connection.executemany("delete from note where number = ?", [(n.number,) for n in notes])
            oldest = today - timedelta(days=REMEMBER_DAYS)
            connection.execute("delete from event where has_landed and day < ?", [str(oldest)])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection whose transaction ends with the block: committed, or rolled back by an exception."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS)
        try:
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = full")
            connection.executescript(_SCHEMA)
            with connection:
                yield connection
        finally:
            connection.close()


def _text(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))
