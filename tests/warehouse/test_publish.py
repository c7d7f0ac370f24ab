"""Publishing, reading while publishing, rolling back, pruning: on small hand-made builds."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

import duckdb
import pytest

from tests.warehouse.builds import make_build, make_morning, passed
from warehouse.publish import PublishError, publish, rollback, snapshots
from warehouse.row_hashes import UnfiledRowsError
from warehouse.settings import Settings


def served_value(settings: Settings) -> int:
    with duckdb.connect(str(settings.current.resolve() / "warehouse.duckdb"), read_only=True) as connection:
        row = connection.execute("select sum(x) from core.fct").fetchone()
    assert row is not None
    return int(row[0])


def test_publish_serves_the_build_and_describes_it(settings: Settings) -> None:
    make_build(settings, [1, 2, 3])
    manifest = publish(settings, passed())
    assert served_value(settings) == 6
    assert not settings.build_file.exists()
    written = json.loads((settings.current / "manifest.json").read_text())
    assert written == manifest
    assert written["tables"]["core.fct"]["rows"] == 3
    assert written["loads"] == ["load-1"]
    assert written["refresh"] == [{"source": "wechat", "fetched": 10, "landed": 4, "rejected": 0, "gaps": 0}]
    with duckdb.connect(str(settings.current / "warehouse.duckdb"), read_only=True) as connection:
        snapshot = connection.execute("select snapshot_id, as_of_date, audit_passed from ops.snapshot").fetchall()
    assert [(s, str(d), p) for s, d, p in snapshot] == [(manifest["snapshot_id"], "2026-11-20", True)]


def test_table_hash_is_of_the_multiset(settings: Settings) -> None:
    hashes = []
    for values in ([1, 2, 2], [2, 1, 2], [1, 2], [1, 1, 2]):
        make_build(settings, values)
        hashes.append(publish(settings, passed())["tables"]["core.fct"]["hash"])
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        ("update core.fct_web_event set x = 2 where filed_date = '2026-11-20'", [20]),
        ("delete from core.fct_web_event where filed_date = '2026-11-20'", [20]),
        ("insert into core.fct_web_event values ('2026-11-21', 7)", [20, 21]),
        ("insert into core.fct_web_event values ('2026-11-18', 7)", []),  # nobody said so: its rows do
        ("delete from core.fct_web_event", []),
        ("update core.fct_web_event set x = 2; update control.day_hashes set duckdb_version = '1'", []),
    ],
)
def test_a_morning_hashes_the_days_it_rewrote(settings: Settings, change: str, touched: list[int]) -> None:
    make_build(settings, [1])
    publish(settings, passed())
    make_morning(settings, change, [date(2026, 11, day) for day in touched])
    told = publish(settings, passed())["tables"]["core.fct_web_event"]
    with duckdb.connect(str(settings.current / "warehouse.duckdb"), read_only=True) as connection:
        row = connection.execute("select count(*), coalesce(sum(hash(t)), 0) from core.fct_web_event as t").fetchone()
    assert row is not None
    assert told == {"rows": row[0], "hash": f"{int(row[1]):x}"}


def test_a_morning_does_not_hash_other_days(settings: Settings) -> None:
    make_build(settings, [1])
    before = publish(settings, passed())["tables"]["core.fct_web_event"]
    make_morning(settings, "update core.fct_web_event set x = 2", [])
    assert publish(settings, passed())["tables"]["core.fct_web_event"] == before


def test_a_row_without_a_day_of_filing_is_not_published(settings: Settings) -> None:
    make_build(settings, [1])
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("insert into core.fct_web_event values (null, 7)")
    with pytest.raises(UnfiledRowsError, match="holds 4 rows, 3 of them on a day of filing"):
        publish(settings, passed())
    assert not settings.current.exists()


def test_failed_audit_publishes_nothing(settings: Settings) -> None:
    make_build(settings, [1])
    publish(settings, passed())
    make_build(settings, [5])
    with pytest.raises(PublishError, match="audit failed"):
        publish(settings, passed(ok=False))
    assert served_value(settings) == 1


def test_views_are_refused(settings: Settings) -> None:
    make_build(settings, [1])
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("create view core.v as select * from core.fct")
    with pytest.raises(PublishError, match=r"views.*core\.v"):
        publish(settings, passed())
    assert not settings.current.exists()


def test_rollback_goes_back_and_to_a_named_snapshot(settings: Settings) -> None:
    ids = []
    for value in (1, 2, 3):
        make_build(settings, [value])
        ids.append(publish(settings, passed())["snapshot_id"])
    assert rollback(settings) == ids[1]
    assert served_value(settings) == 2
    assert rollback(settings, ids[2]) == ids[2]
    assert served_value(settings) == 3
    with pytest.raises(PublishError, match=rf"nope.*known: {ids[0]}"):
        rollback(settings, "nope")
    rollback(settings, ids[0])
    with pytest.raises(PublishError, match="No snapshot before"):
        rollback(settings)


def test_old_snapshots_are_pruned_but_never_the_served_one(settings: Settings) -> None:
    from dataclasses import replace

    keeping = replace(settings, keep_snapshots=2)
    first = None
    for value in range(4):
        make_build(keeping, [value])
        first = first or publish(keeping, passed())["snapshot_id"]
        if value == 1:
            rollback(keeping, first)
    assert len(snapshots(keeping)) <= 3
    assert [s.is_served for s in snapshots(keeping)].count(True) == 1


def test_a_reader_across_publishes_sees_whole_snapshots_only(settings: Settings) -> None:
    """A second process reads through `current` all the while: every read is one published sum, never an error."""
    make_build(settings, [1] * 1000)
    publish(settings, passed())
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(settings.current / "warehouse.duckdb")],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout and reader.stdin
    assert reader.stdout.readline().strip() == "1000"
    for value in (2, 3, 4):
        make_build(settings, [value] * 1000)
        publish(settings, passed())
    out, _ = reader.communicate("stop\n", timeout=60)
    seen = [int(line) for line in out.split()]
    assert reader.returncode == 0
    assert set(seen) <= {1000, 2000, 3000, 4000}
    assert seen == sorted(seen)
    assert seen[-1] == 4000


READER = """
import os, select, sys, duckdb
last = 0
while True:
    stop = bool(select.select([sys.stdin], [], [], 0)[0])
    with duckdb.connect(os.path.realpath(sys.argv[1]), read_only=True) as c:
        print(c.execute("select sum(x) from core.fct").fetchone()[0], flush=True)
    if stop:
        break
"""
