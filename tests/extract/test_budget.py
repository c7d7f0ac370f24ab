"""Rate limits and quotas are one budget for all processes of an app."""

from __future__ import annotations

import multiprocessing
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from extract.budget import Budget, budget_of
from extract.errors import Permanent, QuotaUsed
from extract.model import Account, ExtractContext
from tests.extract.conftest import DAY, at


def take(folder: Path, times: int, ended: Any) -> None:
    budget = Budget(folder, "app", {"calls_per_second": 20}, at(DAY))
    for _ in range(times):
        budget.take("/x")
    ended.put(time.time())


def test_processes_share_the_rate(tmp_path: Path) -> None:
    """Two processes with 20 calls each: one second's worth at once, the other 20 spread over a second."""
    context = multiprocessing.get_context("spawn")
    ended = context.Queue()
    Budget(tmp_path, "app", {"calls_per_second": 20}, at(DAY)).take("/x")  # the clock of the budget starts here
    began = time.time()
    workers = [context.Process(target=take, args=(tmp_path, 20, ended)) for _ in range(2)]
    for worker in workers:
        worker.start()
    last = max(ended.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join(20)
    assert last - began > 0.9


def test_an_idle_second_is_saved_and_no_more(tmp_path: Path) -> None:
    budget = Budget(tmp_path, "app", {"calls_per_second": 10}, at(DAY))
    began = time.monotonic()
    for _ in range(15):
        budget.take("/x")
    assert 0.3 < time.monotonic() - began < 3  # ten at once, then ten a second


def test_the_days_quota_is_per_day_of_shanghai_and_per_path(tmp_path: Path) -> None:
    limits = {"calls_per_day": 3, "calls_per_day_and_path": 2}
    budget = Budget(tmp_path, "app", limits, at(DAY))
    for path in ("/a", "/a"):
        budget.take(path)
    with pytest.raises(QuotaUsed, match="calls_per_day_and_path is 2") as refused:
        budget.take("/a")
    assert refused.value.reason == "quota" and "next day" in refused.value.action
    budget.take("/b")
    with pytest.raises(QuotaUsed, match="calls_per_day is 3"):
        Budget(tmp_path, "app", limits, at(DAY)).take("/c")
    Budget(tmp_path, "other", limits, at(DAY)).take("/c")
    Budget(tmp_path, "app", limits, at(DAY) + timedelta(days=1)).take("/c")


def test_a_damaged_file_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "app.budget").write_text("{")
    Budget(tmp_path, "app", {"calls_per_day": 1}, at(DAY)).take("/a")


def test_a_connection_sets_its_own_limits(context: ExtractContext, tmp_path: Path) -> None:
    def budget(text: str) -> Budget:
        me = Account("oceanengine", "a", "n", "c", "", {"calls_per_day": text})
        return budget_of(me, context, {"calls_per_day": 1}, f"app-{tmp_path.name}")

    for _ in range(2):
        budget("2").take("/a")
    with pytest.raises(QuotaUsed):
        budget("2").take("/a")
    with pytest.raises(Permanent, match="expected calls_per_day as a number"):
        budget("many")
