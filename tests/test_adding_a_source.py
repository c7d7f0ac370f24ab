"""docs/adding-a-source.md, followed to the letter in a copy of the project: its numbers reach core and are true."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse.settings import REPO

PAGE = REPO / "docs" / "adding-a-source.md"
BLOCK = re.compile(
    r"^`(?P<file>[^`]+)`(?: after `(?P<after>[^`]+)`)?\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
COPIED = ("extract", "sandbox", "warehouse", "dbt_project", "expectations", "superset", "dags", "tests", "config")
SCRIPT = """
import sys
from datetime import date
from pathlib import Path

from tests import pipeline
from tests.conftest import settings_at
from tests.truth import export_truth

import duckdb

first, last = date(2026, 3, 1), date(2026, 4, 15)
home = Path(sys.argv[1])
settings = settings_at(home)
with pipeline.sandbox(settings):
    reports = pipeline.extract(settings, first, last, only="pinboard")
    assert [report.account for report in reports] == ["forum-1"]
    assert reports[0].ok and reports[0].resources[0].landed == 46, reports[0].message()
    pipeline.build(settings)
    export_truth(settings, home / "truth", first, last)
connection = duckdb.connect(str(settings.build_file), read_only=True)
columns = "platform, source, account_id, metric_date, followers, new_follows, views"
file = f"read_parquet('{home}/truth/account_daily.parquet')"
ours = connection.execute(f"select {columns} from core.fct_account_daily order by all").fetchall()
truth = f"select {columns} from {file} where source = 'pinboard' order by all"
assert len(ours) == 46 and ours == connection.execute(truth).fetchall()
print("FOLLOWED")
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project with the walk's files added."""
    root = tmp_path / "project"
    for name in COPIED:
        shutil.copytree(REPO / name, root / name, ignore=shutil.ignore_patterns("target", "logs", "__pycache__"))
    shutil.copy(REPO / "pyproject.toml", root)
    steps = list(BLOCK.finditer(PAGE.read_text("utf-8")))
    assert len(steps) > 12
    for step in steps:
        file, text = root / step["file"], step["text"]
        if step["after"]:
            whole = file.read_text("utf-8")
            assert whole.count(step["after"] + "\n") == 1, f"{step['file']}: {step['after']!r} is not there once"
            text = whole.replace(step["after"] + "\n", step["after"] + "\n" + text)
        elif file.suffix == ".csv":
            text = file.read_text("utf-8") + text
        else:
            assert not file.exists(), f"{step['file']} is there already"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return root


def test_the_walk_leads_to_true_numbers(copy: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "home")], cwd=copy, capture_output=True, text=True, timeout=600
    )
    assert "FOLLOWED" in done.stdout, done.stdout[-4000:] + done.stderr[-4000:]
