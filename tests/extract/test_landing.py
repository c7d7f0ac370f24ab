"""Landing: what is written, sightings, atomicity under kill -9."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extract.landing import (
    SCHEMA,
    LandingWriter,
    covered_windows,
    files_of,
    folder,
    known_hashes,
    list_loads,
    new_load_id,
)
from extract.model import Window
from tests.extract.conftest import REPO, landed_rows

AT = datetime(2026, 11, 20, 2)
ONE = Window.of_days(date(2026, 11, 18), date(2026, 11, 18), "r")
TWO = Window.of_days(date(2026, 11, 19), date(2026, 11, 19), "r")


def write(
    landing: Path, *records: tuple[Window, str], receipts: tuple[Window, ...] = (), at: datetime = AT
) -> LandingWriter:
    known = known_hashes(landing, "s", "a", "r")
    with LandingWriter(landing, "s", "a", "r", at, known) as writer:
        for window, value in records:
            writer.record(window, {"v": value})
        for window in receipts:
            writer.receipt(window)
    return writer


def test_columns_order_and_types(tmp_path: Path) -> None:
    writer = write(tmp_path, (ONE, "1"), receipts=(ONE,))
    assert writer.path == tmp_path / "s" / "r" / "account=a" / f"{writer.load_id}.parquet"
    assert pq.read_schema(writer.path).names == [
        "source", "account", "resource", "window_start", "window_end", "fetched_at", "load_id", "record_hash", "record",
    ]  # fmt: skip
    assert pq.read_schema(writer.path).equals(SCHEMA)
    assert pq.ParquetFile(writer.path).metadata.row_group(0).column(8).compression == "ZSTD"
    payload, receipt = sorted(landed_rows(tmp_path, "s", "a", "r"), key=lambda row: row["kind"])
    assert payload["record"] == {"v": "1"} and payload["window_start"] == datetime(2026, 11, 18)
    assert payload["window_end"] == datetime(2026, 11, 19) and payload["fetched_at"] == AT
    assert receipt["record_hash"] is None and receipt["record"] is None


def test_a_payload_lands_once_and_is_sighted_after_that(tmp_path: Path) -> None:
    write(tmp_path, (ONE, "1"), (ONE, "1"), (ONE, "2"), (TWO, "1"))
    kinds = sorted((r["kind"], r["window_start"].day) for r in landed_rows(tmp_path, "s", "a", "r"))
    assert kinds == [("payload", 18), ("payload", 18), ("payload", 19)], "a run looks back at earlier runs only"
    again = write(tmp_path, (ONE, "1"), (ONE, "3"))
    assert (again.landed, again.sighted) == (1, 1)


def test_hashes_of_another_account_or_resource_are_not_known(tmp_path: Path) -> None:
    write(tmp_path, (ONE, "1"))
    assert [len(known_hashes(tmp_path, "s", *place)) for place in (("other", "r"), ("a", "other"), ("a", "r"))] == [
        0,
        0,
        1,
    ]


def test_a_hash_is_known_by_128_bits_and_for_as_long_as_asked(tmp_path: Path) -> None:
    writer = write(tmp_path, *((ONE, str(i)) for i in range(500)))
    assert writer.landed == 500
    known = known_hashes(tmp_path, "s", "a", "r", AT)
    digests = [row["record_hash"] for row in landed_rows(tmp_path, "s", "a", "r")]
    assert len(digests) == 500 and all(digest in known for digest in digests)
    assert not any(digest[:16] + f"{int(digest[16:32], 16) ^ 1:016x}" + digest[32:] in known for digest in digests)
    assert len(known_hashes(tmp_path, "s", "a", "r", AT.replace(hour=3))) == 0


def test_coverage_is_read_from_receipts_alone(tmp_path: Path) -> None:
    write(tmp_path, (ONE, "1"), receipts=(TWO,))
    later = datetime(2026, 11, 21, 2)
    write(tmp_path, receipts=(TWO,), at=later)
    covered = covered_windows(tmp_path, "s", "a", "r")
    assert [(c.window, c.fetched_at) for c in covered] == [(TWO, later)]


def test_service_resources_are_always_payloads(tmp_path: Path) -> None:
    for _ in range(2):
        with LandingWriter(tmp_path, "s", "a", "_gaps", AT) as writer:
            writer.record(ONE, {"reason": "quota"})
            writer.record(TWO, {"reason": "quota"})
    assert [row["kind"] for row in landed_rows(tmp_path, "s", "a", "_gaps")] == ["payload"] * 4


def test_load_ids_sort_by_time_and_loads_are_listed(tmp_path: Path) -> None:
    ids = [new_load_id(AT), new_load_id(datetime(2026, 11, 20, 3)), new_load_id(datetime(2026, 12, 1))]
    assert ids == sorted(ids) and ids[0].startswith("20261120T020000Z-") and len(ids[0]) == 17 + 16
    write(tmp_path, (ONE, "1"))
    write(tmp_path, (ONE, "2"))
    loads = list(list_loads(tmp_path))
    assert [(x.source, x.account, x.resource, x.fetched_at) for x in loads] == [("s", "a", "r", AT)] * 2
    assert len({x.load_id for x in loads}) == 2 and all(x.path.is_file() for x in loads)
    assert list(list_loads(tmp_path / "nothing")) == []


def test_nothing_is_written_for_nothing_and_nothing_stays_after_an_error(tmp_path: Path) -> None:
    assert write(tmp_path).path is None and not (tmp_path / "s").exists()
    with pytest.raises(RuntimeError), LandingWriter(tmp_path, "s", "a", "r", AT) as writer:
        writer.record(ONE, {"v": "1"})
        writer._flush()
        raise RuntimeError("boom")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_names_that_leave_the_folder_are_refused(tmp_path: Path) -> None:
    for bad in ("../x", "a/b", "", ".hidden", "a b"):
        with pytest.raises(ValueError, match="expected a name"):
            folder(tmp_path, "s", bad, "r")


KILLED = """
import os, signal, sys
from datetime import date, datetime
from pathlib import Path
from extract.landing import LandingWriter
from extract.model import Window

window = Window.of_days(date(2026, 11, 18), date(2026, 11, 18), "r")
writer = LandingWriter(Path(sys.argv[1]), "s", "a", "r", datetime(2026, 11, 20, 2))
for number in range(50_000):
    writer.record(window, {"v": str(number)})
    if number == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
writer.receipt(window)
writer.commit()
"""


def test_kill_in_mid_write_leaves_nothing_visible_and_a_rerun_is_equal(tmp_path: Path) -> None:
    def run(place: Path, kill_at: int) -> int:
        command = [sys.executable, "-c", KILLED, str(place), str(kill_at)]
        return subprocess.run(command, cwd=REPO, check=False).returncode

    killed, clean = tmp_path / "killed", tmp_path / "clean"
    assert run(killed, 45_000) == -signal.SIGKILL
    leftovers = [p.name for p in killed.rglob("*") if p.is_file()]
    assert len(leftovers) == 1 and leftovers[0].startswith(".")  # the test means something: rows were on disk
    assert files_of(killed, "s", "a", "r") == [] and list(list_loads(killed)) == []
    assert len(known_hashes(killed, "s", "a", "r")) == 0 and covered_windows(killed, "s", "a", "r") == []
    assert run(killed, -1) == 0 and run(clean, -1) == 0

    def multiset(place: Path) -> list[tuple[str, str]]:
        return sorted((row["kind"], str(row["record_hash"])) for row in landed_rows(place, "s", "a", "r"))

    assert multiset(killed) == multiset(clean) and len(multiset(clean)) == 50_001


def test_leftovers_of_killed_runs_go_after_a_day(tmp_path: Path) -> None:
    import os

    place = folder(tmp_path, "s", "a", "r")
    place.mkdir(parents=True)
    old, young = place / ".old.parquet.part", place / ".young.parquet.part"
    old.touch()
    young.touch()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
    os.utime(old, (long_ago, long_ago))
    write(tmp_path, (ONE, "1"))
    assert not old.exists() and young.exists()
