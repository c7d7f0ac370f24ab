"""Eight accounts on two workers: they run side by side, and one that hangs holds nobody back."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from pathlib import Path

from extract.landing import files_of
from extract.model import Account, ExtractContext
from tests.extract.conftest import DAY, Sandbox
from tests.extract.extracting import Job, start

WORKERS = 2


def shallow(thing: Account | ExtractContext) -> dict[str, object]:
    return {item.name: getattr(thing, item.name) for item in fields(thing)}


def test_eight_accounts_on_two_workers(sandbox: Sandbox, context: ExtractContext, tmp_path: Path) -> None:
    wechat = [account for account in sandbox.accounts if account.source == "wechat"]
    hanging, waiting = wechat[0], [replace(wechat[1], account=f"wx{number}") for number in range(7)]
    sandbox.plant(
        {"source": "wechat", "kind": "hang", "seconds": 60, "account": hanging.account},
        {"source": "wechat", "kind": "slow", "seconds": 0.25, "account": wechat[1].account},
    )
    queue = [hanging, *waiting]
    running: dict[str, tuple[object, float]] = {}
    took: dict[str, float] = {}
    codes: dict[str, int] = {}
    began = time.monotonic()
    while queue or running:
        while queue and len(running) < WORKERS:
            account = queue.pop(0)
            seconds = 40.0 if account is hanging else 120.0
            job = Job(shallow(account), DAY, DAY, shallow(replace(context, deadline_seconds=seconds)))
            running[account.account] = (start(job, tmp_path), time.monotonic())
        for name, (process, since) in list(running.items()):
            if process.poll() is not None:  # type: ignore[attr-defined]
                codes[name], took[name] = process.returncode, time.monotonic() - since  # type: ignore[attr-defined]
                del running[name]
        time.sleep(0.02)
    whole = time.monotonic() - began
    assert codes.pop(hanging.account) == 3, "the hanging account ends with gaps"
    assert set(codes.values()) == {0}
    for account in waiting:
        assert files_of(context.landing, "wechat", account.account, "getusersummary")
    assert whole < 0.75 * sum(took.values()), f"{whole:.1f} s for {sum(took.values()):.1f} s of work: not side by side"
    quick = [took[account.account] for account in waiting]
    assert max(quick) < 4 * min(quick), f"one account waited for another: {took}"
