"""Compaction: fewer files, the same rows, loads and answers; nothing lost at any moment."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from extract import compaction
from extract.compaction import compact
from extract.landing import covered_windows, files_of, known_hashes, list_loads
from tests.extract.test_landing import ONE, TWO, write

NOW = datetime(2026, 11, 20, 2)
DAYS = [datetime(2026, 9, 1, 2) + timedelta(days=i) for i in range(75)]


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """75 daily loads from September on; each has a new payload and one seen before."""
    for number, at in enumerate(DAYS):
        write(tmp_path, (ONE, "same"), (TWO, str(number)), receipts=(ONE, TWO), at=at)
    return tmp_path


def rows(landing: Path) -> list[tuple]:
    """The rows of every load, each read from the file that list_loads names."""
    found = []
    for load in list_loads(landing):
        query = "select * from read_parquet(?) where load_id = ? order by all"
        found += duckdb.sql(query, params=[str(load.path), load.load_id]).fetchall()
    return sorted(map(str, found))


def age(landing: Path) -> None:
    for path in landing.rglob("month=*.parquet"):
        os.utime(path, (time.time() - 7200, time.time() - 7200))


def test_past_months_become_a_file_each_and_nothing_else_changes(landing: Path) -> None:
    before = rows(landing), covered_windows(landing, "s", "a", "r")
    loads = {load.load_id for load in list_loads(landing)}
    recent = len(known_hashes(landing, "s", "a", "r", datetime(2026, 10, 5)))
    done = compact(landing, NOW)
    assert (done.merged, done.written, done.removed) == (61, 2, 0)
    for _ in range(2):
        after = rows(landing), covered_windows(landing, "s", "a", "r")
        assert after == before
        assert {load.load_id for load in list_loads(landing)} == loads
        age(landing)
        compact(landing, NOW)
    assert len(files_of(landing, "s", "a", "r")) == 2 + 14
    assert compact(landing, NOW) == compaction.Compacted()
    assert len(known_hashes(landing, "s", "a", "r", datetime(2026, 10, 5))) == recent + 4 * 2, "the whole of October"


def test_originals_stay_for_those_who_have_just_listed_them(landing: Path) -> None:
    listed = files_of(landing, "s", "a", "r")
    compact(landing, NOW)
    compact(landing, NOW)
    assert all(path.exists() for path in listed)


def test_a_late_file_joins_its_month(landing: Path) -> None:
    compact(landing, NOW)
    write(landing, (ONE, "late"), at=DAYS[3])
    before = rows(landing)
    age(landing)
    compact(landing, NOW)
    age(landing)
    compact(landing, NOW)
    assert rows(landing) == before
    assert len(files_of(landing, "s", "a", "r")) == 2 + 14


def test_an_excluded_load_stays_excluded(landing: Path) -> None:
    compact(landing, NOW)
    age(landing)
    compact(landing, NOW)
    newest = {receipt.fetched_at for receipt in covered_windows(landing, "s", "a", "r")}
    loads = sorted(list_loads(landing))
    excluded = {load.load_id for load in loads if load.fetched_at >= DAYS[10]}
    assert {r.fetched_at for r in covered_windows(landing, "s", "a", "r", excluded)} == {DAYS[9]} != newest
    assert covered_windows(landing, "s", "a", "r", {load.load_id for load in loads}) == []


def test_a_crash_while_merging_loses_nothing(landing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(landing)

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(compaction.os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        compact(landing, NOW)
    assert rows(landing) == before
    assert not list(landing.rglob(".*"))
