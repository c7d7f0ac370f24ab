"""`make bench`: what orchestration, increments and extraction cost, as ratios; writes `<home>/bench/<date>.json`.

Two sizes of landing (SIZES: sandbox scale, days). For each, in turn: the orchestrated refresh (Airflow: prepare,
WATCHER build, audit, publish; no extraction) and the bare `dbt build` over the same loads. From the two sizes follow
the fixed overhead and the slope. Then, on the large one: a daily refresh over a full build, a second refresh over the
first, and the records that the extractor lands per CPU-second. Seconds are
wall-clock unless they say CPU; n, median, min, max.
"""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests import pipeline
from tests.conftest import settings_at
from tests.measuring import circumstances, cpu_seconds, write_result
from warehouse import services
from warehouse.airflow_api import FINISHED, AirflowApi
from warehouse.audit import audit
from warehouse.publish import publish
from warehouse.refresh import parse_dbt
from warehouse.settings import Settings

LAST = date(2026, 11, 19)
SIZES = {"small": (1.0, 30), "large": (4.0, 200)}
REPEATS = 3


def spread(values: list[float]) -> dict[str, float]:
    """n, median, min, max."""
    return {
        "n": len(values),
        "median": round(statistics.median(values), 2),
        "min": round(min(values), 2),
        "max": round(max(values), 2),
    }


def timed(work: Callable[[], Any]) -> float:
    """Wall seconds of WORK."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def forget_snapshots(settings: Settings) -> None:
    """An empty warehouse over the same landing: the next build is a full one."""
    shutil.rmtree(settings.warehouse, ignore_errors=True)


def orchestrated(settings: Settings, api: AirflowApi) -> None:
    """One run of `warehouse_refresh` in the running Airflow."""
    run_id = api.trigger("warehouse_refresh", {})
    while (state := api.run("warehouse_refresh", run_id)["state"]) not in FINISHED:
        time.sleep(0.5)
    if state != "success":
        raise RuntimeError(f"{run_id} ended {state}")


def bare(settings: Settings) -> None:
    """One `dbt build`, nothing around it but the clone and the control tables it needs."""
    pipeline.build(settings)


def measure_size(base: Path, name: str, scale: float, days: int) -> dict[str, Any]:
    """Full builds of one size, orchestrated and bare in turn; then increments on it."""
    settings = replace(settings_at(base / name, sandbox_scale=scale), refresh_deadline_seconds=86400)
    first = LAST - timedelta(days=days - 1)
    found: dict[str, Any] = {"sandbox_scale": scale, "days": days}
    with pipeline.sandbox(settings):
        began_cpu = cpu_seconds()
        reports = pipeline.extract(settings, first, LAST)
        used = cpu_seconds() - began_cpu
        landed = sum(r.landed for report in reports for r in report.resources)
        found["extract"] = {
            "records_landed": landed,
            "cpu_seconds": round(used, 1),
            "records_per_cpu_second": round(landed / used),
        }
        parse_dbt(settings, lambda _: None)
        services.start_airflow(settings, schedules=False, progress=lambda _: None)
        try:
            api = AirflowApi(settings)
            while "warehouse_refresh" not in api.dag_ids():
                time.sleep(1)
            runs: dict[str, list[float]] = {"orchestrated": [], "bare": []}
            for _ in range(REPEATS):
                forget_snapshots(settings)
                runs["bare"].append(timed(lambda: bare(settings)))
                forget_snapshots(settings)
                runs["orchestrated"].append(timed(lambda: orchestrated(settings, api)))
            found["full_build"] = {kind: spread(values) for kind, values in runs.items()}
        finally:
            services.stop_airflow(settings)
        found["core_rows"] = sum(
            t["rows"] for n, t in pipeline.manifest(settings)["tables"].items() if n.startswith("core.")
        )
        if name == "large":
            found |= increments(settings, base / f"{name}-copy")
    return found


def increments(settings: Settings, copies: Path) -> dict[str, Any]:
    """The next day's refresh, and the same day's once more, without orchestration: build, audit, publish."""
    full, daily, second = [], [], []
    for repeat in range(REPEATS):
        day = LAST + timedelta(days=1 + repeat)
        pipeline.extract(settings, day, day)
        daily.append(timed(lambda: _publish(settings)))
        pipeline.extract(settings, day, day)
        second.append(timed(lambda: _publish(settings)))
        copy = replace(settings, home=copies / str(repeat))
        shutil.copytree(settings.landing, copy.landing)
        full.append(timed(lambda copy=copy: _publish(copy)))
        shutil.rmtree(copy.home)
    return {
        "build_audit_publish": {"full": spread(full), "daily": spread(daily), "second": spread(second)},
        "daily_over_full": round(statistics.median(daily) / statistics.median(full), 3),
        "second_over_first": round(statistics.median(second) / statistics.median(daily), 3),
    }


def _publish(settings: Settings) -> None:
    pipeline.build(settings)
    publish(settings, audit(settings))


def main() -> None:
    """Run everything and write the result."""
    home = Settings.load().home
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        sizes = {}
        for name, (scale, days) in SIZES.items():
            print(f"measuring {name}: scale {scale}, {days} days", flush=True)
            sizes[name] = measure_size(Path(folder), name, scale, days)
            print(json.dumps(sizes[name], indent=1), flush=True)
    small, large = (sizes[n]["full_build"] for n in ("small", "large"))
    slope = (large["orchestrated"]["median"] - small["orchestrated"]["median"]) / (
        large["bare"]["median"] - small["bare"]["median"]
    )
    result = {
        **circumstances("tests/bench.py"),
        "sizes": sizes,
        "orchestration": {
            "slope": round(slope, 2),
            "fixed_overhead_seconds": round(small["orchestrated"]["median"] - slope * small["bare"]["median"], 1),
        },
    }
    print(json.dumps(result["orchestration"], indent=1))
    write_result(home, result["date"], result)


if __name__ == "__main__":
    main()
