"""What benches and tests measure of a process, and how a result is written. Needs the standard library only."""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any


def cpu_seconds(*who: int) -> float:
    """CPU seconds of this process, or of WHO (resource.RUSAGE_SELF, RUSAGE_CHILDREN) added up."""
    usages = [resource.getrusage(one) for one in who or (resource.RUSAGE_SELF,)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak_megabytes() -> float:
    """The most memory of this process since it began. Linux only.

    Not `ru_maxrss`: a child's begins with its parent's.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def circumstances(script: str) -> dict[str, Any]:
    """When, where and with what a bench ran."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores",
        "versions": {"python": sys.version.split()[0], "duckdb": version("duckdb")},
        "script": script,
    }


def write_result(home: Path, name: str, result: dict[str, Any]) -> None:
    """Into `<home>/bench/<name>.json`."""
    target = home / "bench" / f"{name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, indent=1))
    print(f"written to {target}")
