"""Runs one account in a process of its own, which may be told to die: for tests of crashes and of parallel runs.

`python -m tests.extract.extracting FILE` reads a pickled Job; `die` is `call N`, `commit N` (before the file is
renamed) or `committed N` (after it). What lived to its end leaves its peak memory in MB beside FILE, as `.peak`.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from extract.client import ApiClient
from extract.landing import LandingWriter
from extract.model import Account, ExtractContext
from extract.run import extract_account
from tests.extract.shortened import shorten
from tests.measuring import peak_megabytes

REPO = Path(__file__).resolve().parents[2]


@dataclass
class Job:
    """What to extract and when to die."""

    account: dict[str, Any]
    first: date
    last: date
    context: dict[str, Any]
    die: str = ""
    counts: dict[str, int] = field(default_factory=dict)


def start(job: Job, folder: Path) -> subprocess.Popen[bytes]:
    """The process, started."""
    file = folder / f"job-{job.account['account']}-{job.die.replace(' ', '')}.pickle"
    file.write_bytes(pickle.dumps(job))
    return subprocess.Popen([sys.executable, "-m", "tests.extract.extracting", str(file)], cwd=REPO)


def _dying(job: Job, owner: type, name: str, point: str, *, after: bool) -> None:
    original = getattr(owner, name)

    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        result = original(self, *arguments, **named) if after else None
        if not after or result is not None:  # a file without rows is not committed
            job.counts[point] = job.counts.get(point, 0) + 1
        if job.die == f"{point} {job.counts.get(point)}":
            os.kill(os.getpid(), signal.SIGKILL)
        return result if after else original(self, *arguments, **named)

    setattr(owner, name, method)


def main() -> None:
    job: Job = pickle.loads(Path(sys.argv[1]).read_bytes())
    shorten()
    _dying(job, ApiClient, "_exchange", "call", after=True)
    _dying(job, LandingWriter, "_flush", "commit", after=False)
    _dying(job, LandingWriter, "commit", "committed", after=True)
    report = extract_account(Account(**job.account), job.first, job.last, ExtractContext(**job.context))
    if sys.platform == "linux":
        Path(sys.argv[1]).with_suffix(".peak").write_text(str(peak_megabytes()))
    sys.exit(0 if report.ok else 3)


if __name__ == "__main__":
    main()
