"""Reading a listing page by page, and knowing when the pages do not belong together.

Rows can move while they are paged: a row comes twice, a total shrinks, a page is missing. Repeats are dropped; what
cannot be complete raises `Inconsistent`, which `asked_twice` turns into one more try.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from extract.errors import BadPayload
from extract.jsontext import AmbiguousObject, canonical
from extract.session import Answer


class Inconsistent(BadPayload):
    """The pages do not belong together (rows moved while paging): worth one more try."""


class Rows:
    """Different rows in the order in which they came."""

    def __init__(self) -> None:
        self._rows: dict[str, Any] = {}

    def __len__(self) -> int:
        """The number of different rows."""
        return len(self._rows)

    def add(self, page: list[Any]) -> int:
        """Adds what is new; returns how many were. Objects that cannot be compared (repeated keys, no object) are
        kept for the scrubber, which rejects them and says why."""
        before = len(self._rows)
        for row in page:
            comparable = isinstance(row, dict) and not isinstance(row, AmbiguousObject)
            self._rows.setdefault(canonical(row)[1] if comparable else f"odd {len(self._rows)}", row)
        return len(self._rows) - before

    def all(self) -> list[Any]:
        """The rows."""
        return list(self._rows.values())


@dataclass(frozen=True)
class Page:
    """One numbered page. `total` rows and `pages` as the platform says, None where it does not."""

    rows: list[Any]
    total: int | None = None
    pages: int | None = None


def numbered_pages(ask: Callable[[int], Page], size: int, where: str, *, first: int = 1) -> list[Any]:
    """All rows of the pages `first`, `first` + 1, …: until `pages` or `total` is reached, else until a short page.

    Raises Inconsistent when a total shrinks on the way or fewer different rows came than it says.
    """
    rows = Rows()
    number, total, pages = first, None, None
    while True:
        page = ask(number)
        total = _not_less(page.total, total, where, "rows")
        pages = _not_less(page.pages, pages, where, "pages")
        rows.add(page.rows)
        done = number - first + 1
        if pages is not None:
            ended = done >= pages
        elif total is not None:
            ended = done * size >= total or not page.rows
        else:
            ended = len(page.rows) < size
        if ended:
            break
        number += 1
    if total is not None and len(rows) < total:
        raise Inconsistent(f"{where}: {len(rows)} different rows on {done} pages, the platform says {total}")
    return rows.all()


def cursor_pages(ask: Callable[[str], tuple[list[Any], str | None]], where: str, *, first: str = "0") -> list[Any]:
    """All rows from the cursor `first` on; ASK gives a page and the next cursor, None at the end.

    Raises Inconsistent when a cursor comes again.
    """
    rows = Rows()
    cursor: str | None = first
    seen: set[str] = set()
    while cursor is not None:
        if cursor in seen:
            raise Inconsistent(f"{where}: there is more, but not behind a new cursor")
        seen.add(cursor)
        page, cursor = ask(cursor)
        rows.add(page)
    return rows.all()


def asked_twice(ask: Callable[[], Answer]) -> Answer:
    """An answer whose pages contradict each other is asked once more, then fails."""
    try:
        return ask()
    except Inconsistent:
        pass
    try:
        return ask()
    except Inconsistent as error:
        error.message += " (asked twice)"
        raise


def _not_less(said: int | None, before: int | None, where: str, what: str) -> int | None:
    if said is None:
        return before
    if before is not None and said < before:
        raise Inconsistent(f"{where}: {said} {what}, an earlier page said {before}")
    return said
