"""Pages that move while they are read: repeats are dropped, what cannot be complete is said."""

from __future__ import annotations

import pytest

from extract.paging import Inconsistent, Page, asked_twice, cursor_pages, numbered_pages
from extract.session import Answer

ROWS = [{"id": str(i)} for i in range(7)]


def page(number: int, size: int = 3) -> list[dict[str, str]]:
    return ROWS[(number - 1) * size : number * size]


def test_by_pages_by_total_and_by_a_short_page() -> None:
    assert numbered_pages(lambda n: Page(page(n), pages=3), 3, "/x") == ROWS
    assert numbered_pages(lambda n: Page(page(n), total=7), 3, "/x") == ROWS
    assert numbered_pages(lambda n: Page(page(n)), 3, "/x") == ROWS
    assert numbered_pages(lambda n: Page(page(n + 1), total=7), 3, "/x", first=0) == ROWS
    assert numbered_pages(lambda n: Page([], total=0), 3, "/x") == []


def test_a_row_on_two_pages_counts_once() -> None:
    pages = {1: ROWS[:3], 2: ROWS[2:5], 3: ROWS[4:]}
    assert numbered_pages(lambda n: Page(pages[n], pages=3), 3, "/x") == ROWS


def test_shrinking_totals_and_missing_rows_are_inconsistent() -> None:
    with pytest.raises(Inconsistent, match="6 rows, an earlier page said 7"):
        numbered_pages(lambda n: Page(page(n), total=8 - n), 3, "/x")
    with pytest.raises(Inconsistent, match="6 different rows on 3 pages, the platform says 7"):
        numbered_pages(lambda n: Page(page(n)[: 3 if n < 3 else 0], total=7), 3, "/x")


def test_a_cursor_that_comes_again_ends_the_paging() -> None:
    ahead = {"0": ("a", ROWS[:3]), "a": ("b", ROWS[3:6]), "b": (None, ROWS[6:])}
    assert cursor_pages(lambda c: (ahead[c][1], ahead[c][0]), "/x") == ROWS
    with pytest.raises(Inconsistent, match="not behind a new cursor"):
        cursor_pages(lambda c: (ROWS[:3], "0"), "/x")


def test_contradicting_pages_are_asked_once_more() -> None:
    asked = []

    def ask() -> Answer:
        asked.append(1)
        if len(asked) == 1:
            raise Inconsistent("rows moved")
        return Answer(records=ROWS)

    assert asked_twice(ask).records == ROWS

    def never() -> Answer:
        raise Inconsistent("rows moved")

    with pytest.raises(Inconsistent) as error:
        asked_twice(never)
    assert error.value.message == "rows moved (asked twice)"
