"""The command line: which days are meant, and what a person is told when the input is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import settings_at
from tests.warehouse.builds import make_build, passed
from warehouse.__main__ import _days, _parser, _still_to_be_had
from warehouse.extraction import default_days
from warehouse.publish import publish
from warehouse.settings import REPO, Settings


def run(home: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    accounts = home / "accounts.yml"
    named = str(accounts) if accounts.exists() else "sandbox"
    environment = os.environ | {"WAREHOUSE_HOME": str(home), "WAREHOUSE_ACCOUNTS": named} | env
    command = [sys.executable, "-m", "warehouse", *arguments]
    return subprocess.run(command, cwd=REPO, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture
def yesterday(settings: Settings) -> date:
    return default_days(settings)[1]


def days(settings: Settings, *arguments: str) -> tuple[date, date]:
    return _days(settings, _parser().parse_args(["refresh", *arguments]))


def test_an_empty_warehouse_begins_with_ninety_days(settings: Settings, yesterday: date) -> None:
    assert days(settings) == (yesterday - timedelta(days=89), yesterday)
    before = yesterday - timedelta(days=10)
    assert days(settings, "--date", str(before)) == (before - timedelta(days=89), before)


def test_days_of_a_warehouse_in_use(settings: Settings, yesterday: date) -> None:
    make_build(settings, [1])
    publish(settings, passed())
    first = yesterday - timedelta(days=5)
    assert days(settings) == (yesterday, yesterday)
    assert days(settings, "--date", str(first)) == (first, first)
    assert days(settings, "--from", str(first)) == (first, yesterday)
    assert days(settings, "--to", str(first)) == (first, first)
    assert days(settings, "--from", str(first), "--to", str(yesterday)) == (first, yesterday)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["refresh", "--date", "nonsense"], "expected a day as YYYY-MM-DD, got 'nonsense'"),
        (["refresh", "--from", "2026-02-02", "--to", "2026-02-01"], "FROM 2026-02-02 lies after TO 2026-02-01"),
        (["refresh", "--date", "2026-02-02", "--to", "2026-02-01"], "DATE, or FROM and TO, not both"),
        (["refresh", "--date", "2999-01-01"], "2999-01-01 is not over"),
        (["rollback"], "No snapshot before"),
        (["rollback", "--to", "nope"], "No snapshot 'nope'"),
        (["gaps"], "Nothing is published yet"),
        (["nonsense"], "invalid choice"),
    ],
)
def test_wrong_input_is_told_and_does_nothing(tmp_path: Path, arguments: list[str], told: str) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode in (1, 2)
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n- b\n", "expected a mapping of source to a list of accounts"),
        ("wechat:\n  - {account: wx1}\n", "wechat, entry 1: expected `account` and `connection`"),
        ("tiktok:\n  - {account: a, connection: b}\n", "unknown source 'tiktok'"),
        ("wechat:\n  - {account: a, connection: b}\n  - {account: a, connection: c}\n", "listed twice"),
        ("wechat: [\n", "accounts.yml"),
    ],
)
def test_a_broken_accounts_file_says_where_and_what(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "accounts.yml").write_text(text)
    done = run(tmp_path, "plan")
    assert done.returncode == 1
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("resource", "days", "told"),
    [
        ("getbizsummary", 3, "yes, the platform names no limit"),
        ("freepublish", 1, "until 2026-11-20"),
        ("freepublish", 4, "the newest of it until 2026-11-20"),
        ("unknown", 1, ""),
    ],
)
def test_a_gap_says_whether_it_can_still_be_had(resource: str, days: int, told: str) -> None:
    end = datetime(2026, 11, 20)
    today = date(2026, 11, 20)
    assert _still_to_be_had("wechat", resource, end - timedelta(days=days), end, today) == told
    gone = _still_to_be_had("wechat", "freepublish", datetime(2026, 11, 1), datetime(2026, 11, 2), today)
    assert gone == "no: since 2026-11-03 the platform no longer has it"
    assert _still_to_be_had("weibo_hot_search", "hot_search_json", end, end, today) == "yes: drop the file"


def test_gaps_and_snapshots_are_tables(tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    make_build(settings, [1])
    manifest = publish(settings, passed())
    listed = run(tmp_path, "snapshots")
    assert manifest["snapshot_id"] in listed.stdout
    assert "served" in listed.stdout
    missing = run(tmp_path, "gaps")  # no sandbox runs: the day is that of the snapshot
    assert missing.returncode == 0, missing.stdout + missing.stderr
    assert "nothing is missing" in missing.stdout


def test_import_preview_shows_what_a_file_would_become_and_who_takes_it(tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.yml"
    accounts.write_text('xiaohongshu: [{account: brand, name: Brand, connection: ""}]', encoding="utf-8")
    file = tmp_path / "drop" / "xiaohongshu" / "brand" / "笔记_20261120.csv"
    file.parent.mkdir(parents=True)
    rows = ["笔记标题,首次发布时间,观看量", "夏天,2026-11-01 10:00,1.4万", "坏,何时,5"]
    file.write_bytes("\n".join(rows).encode("gb18030"))
    shown = run(tmp_path, "import-preview", str(file))
    assert shown.returncode == 1
    for words in ("xiaohongshu/notes", "1.4万 → 14000", "line 3 rejected: bad_value", "14000", "2026-11-19"):
        assert words in shown.stdout, shown.stdout
    assert not (tmp_path / "landing").exists()
    (tmp_path / "drop" / "nowhere").mkdir()
    (tmp_path / "drop" / "nowhere" / "a.csv").write_text("a\n")
    lost = run(tmp_path, "import-preview")
    assert lost.returncode == 1 and "no source has this name" in lost.stdout
