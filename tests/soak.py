"""`make soak`: 120 mornings in a row, extracted, built, audited and published; then all of it built once from nothing.

Both warehouses must hold the same rows. The platforms restate days, lower counters, delete posts meanwhile; members
merge and withdraw consent. It can be stopped and started again: it goes on after the last published morning, which is
written to `<home>/soak/soak.json` beside what each morning cost.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from extract.landing import list_loads
from tests import pipeline
from tests.conftest import settings_at
from tests.measuring import cpu_seconds
from warehouse import services
from warehouse.audit import audit
from warehouse.publish import publish
from warehouse.refresh import parse_dbt
from warehouse.settings import Settings

FIRST = date(2026, 3, 2)
TESTS_EVERY = 10
OURS = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
ONLY_MODELS = ("--exclude-resource-types", "test", "unit_test")


def one_morning(settings: Settings, number: int) -> dict[str, Any]:
    """Extract the day before, build (every tenth time with every data test), audit, publish."""
    day = FIRST + timedelta(days=number)
    began, cpu = time.perf_counter(), cpu_seconds(*OURS)
    reports = pipeline.extract(settings, day, day)
    collected = cpu_seconds(*OURS)
    pipeline.build(settings, *(() if number % TESTS_EVERY == TESTS_EVERY - 1 else ONLY_MODELS))
    built = cpu_seconds(*OURS)
    manifest = publish(settings, audit(settings))
    return {
        "day": str(day),
        "landed": sum(r.landed for report in reports for r in report.resources),
        "extract_cpu_seconds": round(collected - cpu, 1),
        "build_cpu_seconds": round(built - collected, 1),
        "core_rows": sum(t["rows"] for name, t in manifest["tables"].items() if name.startswith("core.")),
        "wall_seconds": round(time.perf_counter() - began, 1),
    }


def differences(settings: Settings) -> list[str]:
    """Tables that are not the same when built from nothing, with every data test, out of the same landing.

    Those too of which the manifest tells another hash than the served file has.
    """
    served = pipeline.manifest(settings)
    ours, told = pipeline.row_hashes(settings), pipeline.hashes(served)
    other = settings_at(settings.home / "from_nothing")
    shutil.rmtree(other.home, ignore_errors=True)
    other.home.mkdir(parents=True)
    other.landing.symlink_to(settings.landing)
    ahead = {load.load_id for load in list_loads(settings.landing)} - set(served["loads"])  # of a morning cut short
    other.warehouse.mkdir(parents=True)
    (other.warehouse / "excluded_loads.txt").write_text("\n".join(sorted(ahead)))
    parse_dbt(other, lambda _: None)
    pipeline.build(other)
    publish(other, audit(other))
    theirs = pipeline.row_hashes(other)
    return sorted(name for name in ours | theirs | told if not ours.get(name) == theirs.get(name) == told.get(name))


def soak(settings: Settings, days: int) -> list[str]:
    """Go on to DAYS mornings; the tables that differ at the end."""
    state = settings.home / "soak.json"
    mornings: list[dict[str, Any]] = json.loads(state.read_text())["mornings"] if state.exists() else []
    settings.home.mkdir(parents=True, exist_ok=True)
    parse_dbt(settings)
    services.stop(settings, "sandbox")  # of a run that was killed: it listens on a port of its own
    with pipeline.sandbox(settings):
        for number in range(len(mornings), days):
            mornings.append(one_morning(settings, number))
            draft = state.with_suffix(".part")
            draft.write_text(json.dumps({"mornings": mornings}, indent=1))
            draft.replace(state)
            print(f"{number + 1:>3} of {days} " + "  ".join(f"{k} {v}" for k, v in mornings[-1].items()), flush=True)
    print("the same from nothing", flush=True)
    return differences(settings)


def main() -> None:
    """Soak, and say whether both warehouses are the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scale", type=float, default=0.3)
    parser.add_argument("--home", type=Path, default=Settings.load().home / "soak")
    told = parser.parse_args()
    settings = settings_at(told.home.resolve(), sandbox_seed=told.seed, sandbox_scale=told.scale)
    different = soak(settings, told.days)
    if different:
        raise SystemExit(f"not the same when built from nothing: {', '.join(different)}")
    print(f"{told.days} mornings equal one build, table for table")


if __name__ == "__main__":
    main()
