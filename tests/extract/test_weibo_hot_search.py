"""Taking hot-search files: the real archive exactly, broken files, repetition."""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
import sys
from collections import Counter
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract.landing import covered_windows, files_of
from extract.model import Account, AccountReport, ExtractContext, ResourceReport
from extract.run import extract_account, plan_account, record_unreported
from tests.extract.conftest import REPO, landed_rows, records
from tests.extract.extracting import Job, start

DATA = Path(os.environ.get("SHARED_DATA", REPO.parent / "shared" / "data")) / "weibo_hot_hourly"
ME = Account("weibo_hot_search", "archive", "n", "weibo", "", {})
DAY = date(2024, 6, 18)
HEADER = "snapshot_date,snapshot_hour,rank_in_file,title,category,hot,ads,read_count,discuss_count,origin_count"
needs_archive = pytest.mark.skipif(not DATA.is_dir(), reason=f"the hot-search archive is not at {DATA}")


@pytest.fixture
def drop(context: ExtractContext) -> Path:
    folder = context.drop / "weibo_hot_search"
    folder.mkdir(parents=True)
    return folder


def part(report: AccountReport, shape: str) -> ResourceReport:
    return next(item for item in report.resources if item.resource == f"hot_search_{shape}")


def run(context: ExtractContext, first: date = DAY, last: date = DAY) -> AccountReport:
    return extract_account(ME, first, last, context)


def put_hour(drop: Path, hour: str, *titles: str, day: date = DAY) -> Path:
    path = drop / str(day) / f"{hour}.json"
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(json.dumps([{"title": t, "url": "u", "hot": 10, "ads": False} for t in titles]), "utf-8")
    return path


def line(hour: str, rank: int, title: str = "t", day: date = DAY) -> str:
    return f"{day},{hour},{rank},{title},社会  ,10,False,,,"


@needs_archive
def test_the_archive_lands_exactly(drop: Path, context: ExtractContext) -> None:
    for path in DATA.glob("*.csv.gz"):
        (drop / path.name).symlink_to(path)
    child = start(Job(asdict(ME), DAY, DAY, asdict(context)), drop)
    _, status, used = os.wait4(child.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 3, "the hours that the archive does not have are gaps"
    assert used.ru_utime < 60
    peaks = [float(file.read_text()) for file in drop.glob("*.peak")]
    assert all(peak < 1_000 for peak in peaks) and len(peaks) == (sys.platform == "linux"), "megabytes"
    expected: Counter[tuple[str, ...]] = Counter()
    for path in sorted(DATA.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as text:
            expected.update(tuple(row) for row in list(csv.reader(text))[1:])
    assert sum(expected.values()) > 470_000 and not files_of(context.landing, ME.source, ME.account, "_rejects")
    files = [str(p) for p in files_of(context.landing, ME.source, ME.account, "hot_search_csv")]
    assert len(files) == 1
    columns = HEADER.split(",")
    picked = ", ".join(f"json_extract_string(record, '$.{name}')" for name in columns)
    with duckdb.connect() as connection:
        rows = connection.execute(f"select {picked} from read_parquet(?) where record is not null", [files]).fetchall()
        (receipts,) = connection.execute(
            "select count(*) from read_parquet(?) where record is null and record_hash is null", [files]
        ).fetchone() or (0,)
    assert Counter(rows) == expected
    assert receipts == len({row[:2] for row in expected})
    again = run(context)
    assert part(again, "csv").fetched == 0 and part(again, "csv").sighted == 0


@needs_archive
def test_the_day_as_json_agrees_with_the_csv_field_by_field(drop: Path, context: ExtractContext) -> None:
    shutil.copytree(DATA / "raw_sample" / str(DAY), drop / "somewhere" / str(DAY))
    with (
        gzip.open(DATA / "weibo_hot_hourly_2024H1.csv.gz", "rt", encoding="utf-8", newline="") as text,
        (drop / "day.csv").open("w", encoding="utf-8-sig", newline="") as out,  # with a BOM
    ):
        rows = [row for row in csv.reader(text) if row[0] in (str(DAY), "snapshot_date")]
        csv.writer(out).writerows(rows)
    report = run(context)
    assert part(report, "json").landed == part(report, "csv").landed == len(rows) - 1 == 1189
    same = {
        "title": "title", "category": "category", "hot": "hot", "ads": "ads", "readCount": "read_count",
        "discussCount": "discuss_count", "origin": "origin_count", "snapshot_date": "snapshot_date",
        "snapshot_hour": "snapshot_hour", "rank": "rank_in_file",
    }  # fmt: skip

    def key(record: dict[str, Any]) -> tuple[str, ...]:
        return tuple(str(record.get(name) if record.get(name) is not None else "") for name in same)

    as_json = sorted(key(r) for r in records(context.landing, ME.source, ME.account, "hot_search_json"))
    from_csv = [
        {name: r[column] for name, column in same.items()}
        for r in records(context.landing, ME.source, ME.account, "hot_search_csv")
    ]
    assert as_json == sorted(key(r) for r in from_csv)
    # 08:00 was never collected: the one gap of the day. summary.json beside the hours is no hour.
    assert [(g.reason, str(g.window)) for g in report.gaps] == [("no_file", "2024-06-18 08:00..2024-06-18 09:00")]


def test_a_file_is_taken_once_and_a_changed_one_again(drop: Path, context: ExtractContext) -> None:
    put_hour(drop, "00", "a", "b")
    put_hour(drop, "01", "a", "b")  # the same bytes, another hour
    first = part(run(context), "json")
    assert (first.fetched, first.landed, first.covered) == (4, 4, 2)
    assert part(run(context), "json").fetched == 0
    put_hour(drop, "01", "a", "c")
    changed = part(run(context), "json")
    assert (changed.landed, changed.sighted) == (1, 1)
    rows = records(context.landing, ME.source, ME.account, "_files")
    assert [(r["path"], r["rows"], r["status"]) for r in rows] == [
        ("2024-06-18/00.json", "2", "taken"),
        ("2024-06-18/01.json", "2", "taken"),
        ("2024-06-18/01.json", "2", "taken"),
    ]


def test_records_are_as_published(drop: Path, context: ExtractContext) -> None:
    path = put_hour(drop, "07", "x")
    item = {
        "title": " a\u00a0 ",
        "category": "社会\u00a0 ",
        "hot": 12345678901234567890,
        "ads": True,
        "url": "u",
        "new": 1,
    }
    path.write_text(json.dumps([item]), "utf-8")
    report = run(context)
    assert records(context.landing, ME.source, ME.account, "hot_search_json") == [
        {
            "snapshot_date": "2024-06-18", "snapshot_hour": "07", "rank": "1", "title": " a\u00a0 ",
            "category": "社会\u00a0 ", "hot": "12345678901234567890", "ads": True, "url": "u",
        }
    ]  # fmt: skip
    assert part(report, "json").unknown_fields == {"new": 1}
    (receipt,) = covered_windows(context.landing, ME.source, ME.account, "hot_search_json")
    assert (receipt.window.start, receipt.window.end) == (datetime(2024, 6, 18, 7), datetime(2024, 6, 18, 8))


def test_unreadable_files_are_rejected_and_the_rest_goes_on(drop: Path, context: ExtractContext) -> None:
    put_hour(drop, "00", "good")
    put_hour(drop, "01").write_text("[{", "utf-8")
    put_hour(drop, "02").write_text('{"title": "no list"}', "utf-8")
    put_hour(drop, "03").write_text('[{"title": "fine", "hot": 1}, {"hot": 2}, 7]', "utf-8")
    put_hour(drop, "99", "no hour")
    (drop / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    (drop / "notes.txt").write_text("13800001111", "utf-8")
    whole = gzip.compress((HEADER + "\n" + "\n".join(line("05", n, f"title {n}") for n in range(400)) + "\n").encode())
    (drop / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    report = run(context)
    assert part(report, "json").covered == 1
    rejects = {(r["origin"], r["reason"]) for r in records(context.landing, ME.source, ME.account, "_rejects")}
    assert rejects == {
        ("2024-06-18/01.json", "unreadable_file"),
        ("2024-06-18/02.json", "unreadable_file"),
        ("2024-06-18/03.json:2", "missing_key"),
        ("2024-06-18/03.json:3", "not_an_object"),
        ("2024-06-18/99.json", "unreadable_file"),
        ("other.csv", "unreadable_file"),
        ("cut.csv.gz", "unreadable_file"),
    }
    bad = {str(g.window) for g in report.gaps if g.reason == "bad_payload"}
    assert {w[:16] for w in bad} >= {"2024-06-18 01:00", "2024-06-18 05:00"}
    covered = [c.window.start.hour for c in covered_windows(context.landing, ME.source, ME.account, "hot_search_json")]
    assert covered == [0] and covered_windows(context.landing, ME.source, ME.account, "hot_search_csv") == []
    status = {r["path"]: r["status"] for r in records(context.landing, ME.source, ME.account, "_files")}
    assert status["cut.csv.gz"] == "unreadable" and status["2024-06-18/03.json"] == "taken"
    again = run(context)
    assert part(again, "json").fetched == 0 and part(again, "json").rejected == 0  # said once


def test_bad_lines_leave_their_hours_open(drop: Path, context: ExtractContext) -> None:
    lines = [
        line("00", 1),
        line("00", 2, '"two\nlines"'),
        line("01", 1),
        "2024-06-18,01,2,too,short",
        line("02", 1),
        line("03", 1),
        "2024-13-18,04,1,t,c,1,False,,,",
        line("05", 1),
        line("06", 1),
        "2024-06-18,07,x,t,c,1,False,,,",
        line("08", 1),
        line("09", 1),
    ]
    (drop / "a.csv").write_bytes(("\ufeff" + "\r\n".join([HEADER, *lines]) + "\r\n").encode())
    report = run(context)
    origins = {r["origin"]: r["reason"] for r in records(context.landing, ME.source, ME.account, "_rejects")}
    assert origins == {"a.csv:6": "bad_line", "a.csv:9": "bad_hour", "a.csv:12": "bad_rank"}
    covered = [c.window.start.hour for c in covered_windows(context.landing, ME.source, ME.account, "hot_search_csv")]
    assert covered == [0, 9]  # the hours beside a bad line are not complete
    assert part(report, "csv").landed == 9
    titles = {r["title"] for r in records(context.landing, ME.source, ME.account, "hot_search_csv")}
    assert "two\nlines" in titles


def test_a_line_that_is_not_utf8_is_rejected(drop: Path, context: ExtractContext) -> None:
    good = line("00", 1).encode()
    (drop / "a.csv").write_bytes(b"\n".join([HEADER.encode(), good, b"2024-06-18,01,1,\xff\xfe,c,1,False,,,", b""]))
    run(context)
    (reject,) = records(context.landing, ME.source, ME.account, "_rejects")
    assert (reject["origin"], reject["reason"]) == ("a.csv:3", "bad_encoding")


def test_a_row_twice_in_an_hour_lands_once_and_overlapping_files_are_sighted(
    drop: Path, context: ExtractContext
) -> None:
    (drop / "a.csv").write_text("\n".join([HEADER, line("00", 1), line("00", 1), line("00", 2)]), "utf-8")
    assert part(run(context), "csv").landed == 2
    (drop / "b.csv").write_text("\n".join([HEADER, line("00", 1), line("00", 3)]), "utf-8")
    second = part(run(context), "csv")
    assert (second.landed, second.sighted) == (1, 1)


def test_a_run_that_dies_before_files_are_written_down_is_repaired(
    drop: Path, context: ExtractContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    from extract.landing import LandingWriter

    put_hour(drop, "00", "a", "b")
    commit = LandingWriter.commit

    def dies(self: LandingWriter) -> Path | None:
        if self._constants[2] == "_files":
            raise KeyboardInterrupt
        return commit(self)

    monkeypatch.setattr(LandingWriter, "commit", dies)
    with pytest.raises(KeyboardInterrupt):
        run(context)
    monkeypatch.undo()
    repaired = part(run(context), "json")
    assert (repaired.landed, repaired.sighted) == (0, 2)
    kinds = Counter(row["kind"] for row in landed_rows(context.landing, ME.source, ME.account, "hot_search_json"))
    assert kinds["payload"] == 2


def test_a_full_disk_takes_nothing_and_the_next_run_takes_all(
    drop: Path, context: ExtractContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    from extract.landing import LandingWriter

    put_hour(drop, "00", "a", "b")

    def full(self: LandingWriter) -> Path | None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LandingWriter, "commit", full)
    report = run(context)  # not even the gap can be written down, but it is in the report
    assert not report.ok and "No space left" in report.message() and not list(context.landing.rglob("*.parquet"))
    monkeypatch.undo()
    assert part(run(context), "json").landed == 2


def test_missing_hours_are_planned_reported_and_recorded(drop: Path, context: ExtractContext) -> None:
    now = datetime(2024, 6, 19, 2, tzinfo=UTC)
    context = replace(context, now=now)
    for hour in range(24):
        if hour not in (3, 4, 20):
            put_hour(drop, f"{hour:02}", "a")
    planned = plan_account(ME, DAY, DAY, context)
    assert len(planned) == 24 and len(plan_account(ME, DAY, date(2024, 6, 25), context)) == 24  # not the future
    report = run(context)
    assert [str(g.window) for g in report.gaps] == [
        "2024-06-18 03:00..2024-06-18 05:00",
        "2024-06-18 20:00..2024-06-18 21:00",
    ]
    assert record_unreported(ME, DAY, DAY, context) == 0
    assert len(plan_account(ME, DAY, DAY, context)) == 3
    put_hour(drop, "03", "late")
    assert [str(g.window)[:16] for g in run(context).gaps] == ["2024-06-18 04:00", "2024-06-18 20:00"]


def test_an_empty_hour_is_covered_and_no_folder_is_no_failure(context: ExtractContext) -> None:
    assert part(run(context), "json").fetched == 0
    folder = context.drop / "weibo_hot_search"
    put_hour(folder, "00")
    assert part(run(context), "json").covered == 1
