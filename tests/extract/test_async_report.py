"""Ordered reports: waiting, giving up, and the file that comes."""

from __future__ import annotations

import pytest

from extract.async_report import Progress, csv_records, ordered_file
from extract.client import Limits
from extract.errors import BadPayload, ExtractError
from extract.model import Deadline
from extract.paging import Inconsistent

QUICK = Limits(1, 1, 1, first_pause=0.001, longest_pause=0.004)


class Orders:
    """Orders whose states come in turn."""

    def __init__(self, *states: Progress, content: bytes = b"a\n1\n") -> None:
        self.states = list(states)
        self.content = content
        self.calls: list[str] = []

    def create(self) -> str:
        self.calls.append("create")
        return "7"

    def progress(self, number: str) -> Progress:
        self.calls.append(f"progress {number}")
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]

    def download(self, number: str) -> bytes:
        self.calls.append(f"download {number}")
        return self.content


NEW, DONE = Progress("new"), Progress("done", is_done=True)


def test_the_file_is_fetched_once_it_is_done() -> None:
    orders = Orders(NEW, NEW, DONE)
    assert ordered_file(orders, Deadline(5), QUICK, "w") == b"a\n1\n"
    assert orders.calls == ["create", "progress 7", "progress 7", "progress 7", "download 7"]


def test_an_order_that_the_platform_gives_up_is_an_error() -> None:
    orders = Orders(NEW, Progress("failed", is_failed=True))
    with pytest.raises(ExtractError, match=r"report 7 up \(failed\)") as raised:
        ordered_file(orders, Deadline(5), QUICK, "w")
    assert raised.value.reason == "unavailable" and "download 7" not in orders.calls


def test_waiting_ends_with_the_deadline_of_the_account() -> None:
    orders = Orders(NEW)
    with pytest.raises(ExtractError) as raised:
        ordered_file(orders, Deadline(0.02), QUICK, "w")
    assert (raised.value.reason, raised.value.scope) == ("timeout", "account")
    assert len(orders.calls) < 30


def test_a_file_shorter_than_the_platform_says_is_not_believed() -> None:
    with pytest.raises(Inconsistent, match="4 bytes of report 7, the platform says 5"):
        ordered_file(Orders(Progress("done", is_done=True, size=5)), Deadline(5), QUICK, "w")
    assert ordered_file(Orders(Progress("done", is_done=True, size=4)), Deadline(5), QUICK, "w")


def test_values_stay_text_and_the_mark_goes() -> None:
    content = '\ufeffstat_date,id,charge,name\r\n2026-11-01,12345678901234567890,0.10,"a,\n""b"""\r\n\r\n'.encode()
    assert csv_records(content, "w") == [
        {"stat_date": "2026-11-01", "id": "12345678901234567890", "charge": "0.10", "name": 'a,\n"b"'}
    ]
    assert csv_records(b"a,b\n", "w") == []


def test_an_error_page_is_no_empty_report() -> None:
    page = b"<html><body>busy</body></html>"
    assert csv_records(page, "w") == []
    with pytest.raises(BadPayload, match="has no column stat_date, id"):
        csv_records(page, "w", ["stat_date", "id"])
    assert csv_records(b"id,stat_date,x\n", "w", ["stat_date", "id"]) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"a,a\n1,2\n", "no name or another one's"),
        (b"a,\n1,2\n", "no name or another one's"),
        (b"a,b\n1,2\n3\n", "row 3"),
        (b"a,b\n1,2,3\n", "row 2"),
        (b"a\n\xff\n", "other bytes at 2"),
        (b'a\n"x"y\n', "broken in line 2"),
    ],
)
def test_a_file_that_is_no_table_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(BadPayload, match=said):
        csv_records(content, "w")
