"""What holds for every source: deadlines, killed tasks, defects, reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from extract import run as run_module
from extract.landing import LandingWriter, files_of
from extract.model import Account, ExtractContext, Gap, ResourceReport, Window
from extract.run import extract_account, plan_account, record_unreported
from extract.sources import sources
from extract.wechat.resources import WechatSession
from tests.extract.conftest import DAY, Sandbox, at, landed_rows, records


def test_programming_errors_raise(context: ExtractContext) -> None:
    with pytest.raises(ValueError, match=r"expected source .*wechat"):
        extract_account(Account("nope", "a", "n", "c", "", {}), DAY, DAY, context)
    with pytest.raises(ValueError, match="first <= last"):
        plan_account(Account("wechat", "a", "n", "c", "", {}), DAY, DAY - timedelta(days=1), context)
    with pytest.raises(ValueError, match="aware"):
        replace(context, now=datetime(2026, 11, 20))


def test_planning_makes_no_call(context: ExtractContext) -> None:
    nowhere = Account("wechat", "wx1", "n", "c", "http://127.0.0.1:9", {"appid": "a", "secret": "b"})
    windows = plan_account(nowhere, DAY, DAY, context)
    assert len(windows) == 41 and not context.landing.exists()


def test_what_the_deadline_cut_off_is_a_gap_and_the_next_run_fills_it(
    sandbox: Sandbox, context: ExtractContext
) -> None:
    me = sandbox.account("wechat")
    sandbox.plant({"source": "wechat", "kind": "slow", "path": "getarticletotaldetail", "seconds": 0.5})
    report = extract_account(me, DAY, DAY, replace(context, deadline_seconds=8))
    reasons = {g.reason for g in report.gaps}
    covered = sum(item.covered for item in report.resources)
    assert reasons == {"timeout"} and 0 < covered < 42 and covered + len(report.gaps) == 42
    assert len(records(context.landing, "wechat", me.account, "_gaps")) == len(report.gaps)
    sandbox.clear()
    assert extract_account(me, DAY, DAY, context).ok


def test_a_killed_task_is_recorded_once(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("wechat")
    assert record_unreported(me, DAY, DAY, context) == 42
    assert record_unreported(me, DAY, DAY, context) == 0
    gaps = records(context.landing, "wechat", me.account, "_gaps")
    assert {g["reason"] for g in gaps} == {"task_ended"} and all(g["action"] for g in gaps)


def test_after_a_complete_run_nothing_is_unreported(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("wechat")
    assert extract_account(me, DAY, DAY, context).ok
    assert record_unreported(me, DAY, DAY, context) == 0


def test_what_a_half_run_left_open_is_recorded(
    sandbox: Sandbox, context: ExtractContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = sandbox.account("wechat")
    fetch = WechatSession.fetch

    def dies(self: WechatSession, spec: object, window: Window) -> object:
        if getattr(spec, "name", "") == "getarticleread":
            raise KeyboardInterrupt  # the task is killed here
        return fetch(self, spec, window)  # type: ignore[arg-type]

    monkeypatch.setattr(WechatSession, "fetch", dies)
    with pytest.raises(KeyboardInterrupt):
        extract_account(me, DAY, DAY, context)
    assert record_unreported(me, DAY, DAY, context) == 3 + 3 + 1 + 1 + 1 + 1
    # The next morning's look-back finds them again.
    tomorrow = replace(context, now=at(DAY + timedelta(days=1)))
    assert record_unreported(me, DAY, DAY, tomorrow) > 0


def test_a_defect_in_one_resource_costs_that_resource_only(
    sandbox: Sandbox, context: ExtractContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = sandbox.account("wechat")
    fetch = WechatSession.fetch

    def broken(self: WechatSession, spec: object, window: Window) -> object:
        if getattr(spec, "name", "") == "getbizsummary":
            raise KeyError("13800001111")
        return fetch(self, spec, window)  # type: ignore[arg-type]

    monkeypatch.setattr(WechatSession, "fetch", broken)
    report = extract_account(me, DAY, DAY, context)
    assert [(g.resource, g.reason, g.code) for g in report.gaps] == [("getbizsummary", "unavailable", "KeyError")]
    assert "13800001111" not in report.message()


def test_a_full_disk_is_a_gap_of_what_did_not_land(
    sandbox: Sandbox, context: ExtractContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = sandbox.account("wechat")
    commit = LandingWriter.commit

    def full(self: LandingWriter) -> Path | None:
        if self._constants[2] == "getarticleread":
            raise OSError(28, "No space left on device")
        return commit(self)

    monkeypatch.setattr(LandingWriter, "commit", full)
    report = extract_account(me, DAY, DAY, context)
    assert {g.resource for g in report.gaps} == {"getarticleread"} and len(report.gaps) == 3
    assert "No space left" in report.message()
    assert files_of(context.landing, "wechat", me.account, "getarticleread") == []


def test_a_damaged_landing_file_costs_its_resource_only(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("wechat")
    assert extract_account(me, DAY, DAY, context).ok
    files_of(context.landing, "wechat", me.account, "getarticleshare")[0].write_bytes(b"not parquet")
    report = extract_account(me, DAY, DAY, context)
    assert {g.resource for g in report.gaps} == {"getarticleshare"}


def test_progress_is_short(sandbox: Sandbox, context: ExtractContext) -> None:
    lines: list[str] = []
    extract_account(sandbox.account("wechat"), DAY, DAY, context, progress=lines.append)
    assert 8 <= len(lines) <= 12 and all(len(line) < 100 for line in lines)


def test_the_message_groups_gaps_and_says_what_to_do() -> None:
    from extract.model import AccountReport

    days = [Window.of_days(DAY - timedelta(days=i), DAY - timedelta(days=i), "r") for i in range(5)]
    gaps = [Gap("r", day, "quota", "daily quota", "wait", "45009", "rid-1") for day in days]
    report = AccountReport("wechat", "wx1", [ResourceReport("r", windows=5, gaps=gaps, unknown_fields={"x": 2})])
    text = report.message()
    assert not report.ok and text.count("daily quota") == 1 and "to do: wait" in text and "…" in text
    assert "rid-1" in text and "x x2" in text


def test_credentials_and_keys_do_not_show_in_repr(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("wechat")
    assert me.credentials["secret"] not in repr(me) and context.token_key.decode() not in repr(context)


def test_every_source_folder_is_whole() -> None:
    folder = Path(run_module.__file__).parent
    for name, source in sources().items():
        assert (folder / name / "README.md").is_file(), f"{name}: permissions, limits and quirks belong in a README"
        wanted = ["open_session"] if source.kind == "api" else ["take_files", "plan_files"]
        assert all(hasattr(source.module, function) for function in wanted), name
        assert all(spec.name == resource for resource, spec in source.resources.items())


def test_importing_reads_nothing() -> None:
    import subprocess
    import sys

    code = (
        "import builtins, io, sys\n"
        "import duckdb, httpx, pyarrow.parquet, tenacity, yaml, cryptography.fernet\n"
        "opened = []\n"
        "sys.addaudithook(lambda e, a: opened.append(str(a[0])) if e == 'open' else None)\n"
        "import extract.run, extract.sources\n"
        "print([p for p in opened if p.endswith(('.yml', '.parquet', '.token'))])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(run_module.__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_gap_rows_carry_the_window(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("wechat")
    sandbox.plant({"source": "wechat", "kind": "error_code", "code": 48001, "path": "getbizsummary"})
    extract_account(me, DAY, DAY, context)
    (gap,) = landed_rows(context.landing, "wechat", me.account, "_gaps")
    assert set(gap["record"]) == {"resource", "reason", "code", "message", "request_id", "action"}
    assert (gap["window_start"].date(), gap["window_end"].date()) == (DAY - timedelta(days=2), DAY + timedelta(days=1))
    assert gap["record"]["code"] == "48001" and gap["record"]["request_id"]
