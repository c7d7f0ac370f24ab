"""kill -9 at any point of a run: the next run completes and equals a run that nobody killed."""

from __future__ import annotations

import signal
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

from extract import run as run_module
from extract.model import Account, ExtractContext
from extract.run import extract_account
from extract.sources import sources
from tests.extract.conftest import DAY, Sandbox
from tests.extract.extracting import Job, start
from tests.extract.shortened import landed, short, source_of

API_SOURCES = [  # those that are asked over HTTP
    name
    for name, source in sources().items()
    if source.kind == "api" and not any(spec.sql for spec in source.resources.values())
]
POINTS = ("call 3", "commit 2", "committed 1")


def shallow(thing: Account | ExtractContext) -> dict[str, object]:
    return {item.name: getattr(thing, item.name) for item in fields(thing)}


@pytest.mark.parametrize("name", API_SOURCES)
def test_the_run_after_a_kill_equals_a_run_that_nobody_killed(
    name: str, sandbox: Sandbox, context: ExtractContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if all(account.source != name for account in sandbox.accounts):
        pytest.skip(f"the sandbox has no account of {name}")
    monkeypatch.setattr(run_module, "source_of", source_of)
    account = sandbox.account(name)
    whole = replace(context, landing=tmp_path / "whole")
    assert extract_account(account, DAY, DAY, whole).ok
    expected = landed(whole, short(name), account.account)
    for point in POINTS:
        struck = replace(context, landing=tmp_path / point.replace(" ", ""))
        process = start(Job(shallow(account), DAY, DAY, shallow(struck), die=point), tmp_path)
        assert process.wait(60) == -signal.SIGKILL, f"{point}: the process ended without being killed"
        report = extract_account(account, DAY, DAY, struck)
        assert report.ok, f"{point}: {report.message()}"
        assert asdict(landed(struck, short(name), account.account)) == asdict(expected), point
