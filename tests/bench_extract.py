"""`make bench-extract`: what extraction costs; writes `<home>/bench/<date>-extract.json`.

* API records through the whole path (client, envelope, scrub, landing) per CPU-second of the extractor, from every API
  source of the sandbox, n runs from nothing;
* rows of a bulk export (1 million page views, gzipped CSV) per CPU-second: unpacked, read, ids hashed, landed;
* memory of one worker while it lands 100,000, 1 million and 10 million records (scrub and landing, a process each).
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from extract import run as run_module
from extract.columns import read_csv, scrub_columns, split_good, writer_of
from extract.growingio.resources import with_origin
from extract.model import Account, ExtractContext, Window
from extract.run import extract_account
from extract.session import Answer
from extract.sources import Source, sources
from tests import pipeline
from tests.bench import LAST, spread
from tests.conftest import settings_at
from tests.extract.bulk_export import page_views
from tests.measuring import circumstances, cpu_seconds, peak_megabytes, write_result
from warehouse import extraction
from warehouse.settings import Settings

REPEATS = 3
DAYS = 30
SCALE = 4.0
SIZES = (100_000, 1_000_000, 10_000_000)
A_WINDOW = 10_000
BULK_ROWS = 1_000_000


def api_records(base: Path) -> dict[str, Any]:
    """Records landed per CPU-second, by source, from empty landings."""
    settings = settings_at(base, sandbox_scale=SCALE)
    found: dict[str, list[float]] = {}
    with pipeline.sandbox(settings):
        extraction.set_sandbox_clock(settings, extraction.morning_after(LAST))
        context = replace(extraction.context(settings), deadline_seconds=3600)
        first = LAST - timedelta(days=DAYS - 1)
        extraction.feed_sandbox(settings, "database", first, LAST)
        for repeat in range(REPEATS):
            there = replace(context, landing=base / f"landing-{repeat}")
            whole_cpu, whole = 0.0, 0
            for name, source in sources().items():
                accounts = [a for a in pipeline.sandbox_accounts(settings) if a.source == name]
                if source.kind != "api" or not accounts:
                    continue
                began = cpu_seconds()
                reports = [extract_account(account, first, LAST, there) for account in accounts]
                used = cpu_seconds() - began
                landed = sum(r.landed for report in reports for r in report.resources)
                found.setdefault(name, []).append(landed / used)
                whole_cpu, whole = whole_cpu + used, whole + landed
            found.setdefault("all", []).append(whole / whole_cpu)
    return {name: spread(values) for name, values in found.items()}


def bulk_rows() -> dict[str, Any]:
    """Rows landed per CPU-second from one export file that is held in memory, by n runs."""
    spec = sources()["growingio"].resources["page"]
    packed = gzip.compress(page_views(BULK_ROWS))
    window = Window.of_days(LAST, LAST, spec.name)
    found = []
    for _ in range(REPEATS):
        with tempfile.TemporaryDirectory() as folder:
            began = cpu_seconds()
            table = with_origin(read_csv(gzip.decompress(packed), "bench"), spec.request["query"])
            good, bad = split_good(scrub_columns(table, spec, "site", b"k" * 32), spec)
            writer = writer_of((Path(folder), "growingio", "a"), spec, datetime(2026, 11, 20, 2))
            writer.table(window, good)
            writer.receipt(window)
            writer.commit()
            found.append(BULK_ROWS / (cpu_seconds() - began))
        assert not bad, bad
    return spread(found)


class Generated:
    """A session that answers every window with records made on the spot."""

    client = SimpleNamespace(answered=0, notices=[])

    def fetch(self, spec: Any, window: Window) -> Answer:
        day = str(window.first_day)
        rows = [
            {"ref_date": day, "user_source": str(number), "new_user": str(number % 97), "cancel_user": "1"}
            for number in range(A_WINDOW)
        ]
        return Answer(records=rows)

    def close(self) -> None:
        return


def land(records: int) -> dict[str, float]:
    """Land RECORDS in this process; CPU seconds and the most memory it ever held, in MB."""
    days = records // A_WINDOW
    first = LAST - timedelta(days=days - 1)
    spec = sources()["wechat"].resources["getusersummary"]
    spec = replace(spec, span=1, look_back=0, history_from=date(2000, 1, 1))
    shortened = Source(replace(sources()["wechat"].contract, resources={"getusersummary": spec}))
    run_module.source_of = lambda account: shortened  # type: ignore[assignment]
    Source.connect = lambda self, account, context, deadline: Generated()  # type: ignore[assignment,method-assign]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        now = extraction.morning_after(LAST)
        context = ExtractContext(
            place / "landing", place / "drop", place / "tokens", b"k" * 32, b"", now, deadline_seconds=36_000
        )
        before = peak_megabytes()
        began = cpu_seconds()
        report = extract_account(Account("wechat", "wx1", "n", "wx1", "", {}), first, LAST, context)
        used = cpu_seconds() - began
    assert report.resources[0].landed == records, report.message()
    return {
        "records": records,
        "cpu_seconds": round(used, 1),
        "megabytes_before": round(before),
        "megabytes_most": round(peak_megabytes()),
    }


def memory() -> Iterator[dict[str, float]]:
    """`land` of each size, a process each."""
    for size in SIZES:
        command = [sys.executable, "-m", "tests.bench_extract", "land", str(size)]
        yield json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Run everything and write the result."""
    if sys.argv[1:2] == ["land"]:
        print(json.dumps(land(int(sys.argv[2]))))
        return
    result: dict[str, Any] = {
        **circumstances("tests/bench_extract.py"),
        "sandbox": {"scale": SCALE, "days": DAYS},
    }
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        result["api_records_per_cpu_second"] = api_records(Path(folder))
    print(json.dumps(result["api_records_per_cpu_second"], indent=1), flush=True)
    result["bulk_rows_per_cpu_second"] = bulk_rows()
    print(json.dumps(result["bulk_rows_per_cpu_second"]), flush=True)
    result["memory"] = []
    for measured in memory():
        print(json.dumps(measured), flush=True)
        result["memory"].append(measured)
    write_result(Settings.load().home, f"{result['date']}-extract", result)


if __name__ == "__main__":
    main()
