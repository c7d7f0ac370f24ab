"""The DAGs as Airflow sees them: they import, one per source, and the refresh waits for all sources or the deadline."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from sandbox.accounts import accounts
from tests.conftest import settings_at
from warehouse.refresh import parse_dbt
from warehouse.settings import REPO

SOURCES = {account["source"] for account in accounts(7)}
SCRIPT = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
print("RESULT" + json.dumps({
    "errors": bag.import_errors,
    "dags": {d.dag_id: {"tasks": sorted(d.task_ids), "timetable": repr(d.timetable.__class__.__name__),
             "condition": repr(getattr(d.timetable, "asset_condition", None))} for d in bag.dags.values()},
}))
"""


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict:
    settings = settings_at(tmp_path_factory.mktemp("bag"))
    parse_dbt(settings, lambda _: None)
    env = {**os.environ, **settings.service_env()}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(REPO / "dags")], env=env, capture_output=True, text=True, timeout=180
    )
    assert "RESULT" in done.stdout, done.stderr[-3000:]
    return json.loads(done.stdout.split("RESULT", 1)[1])


def test_all_dags_import(bag: dict) -> None:
    assert bag["errors"] == {}
    assert set(bag["dags"]) == {f"extract_{s}" for s in SOURCES} | {"warehouse_refresh", "refresh_deadline"}


def test_the_refresh_waits_for_every_source_or_the_deadline(bag: dict) -> None:
    condition = bag["dags"]["warehouse_refresh"]["condition"]
    assert condition.startswith("AssetAny(AssetAll(")
    for source in SOURCES:
        assert f"landing/{source}" in condition
    assert "refresh/deadline" in condition
    assert bag["dags"]["refresh_deadline"]["condition"].startswith("AssetAny(Asset(")


def test_every_table_that_people_read_is_a_task_and_nothing_else_is(bag: dict) -> None:
    folders = [REPO / "dbt_project" / "models" / name for name in ("marts", "ops")]
    tables = {file.stem for folder in folders for file in folder.rglob("*.sql")}
    tasks = {t for t in bag["dags"]["warehouse_refresh"]["tasks"] if t.startswith("dbt.") and t.endswith("_run")}
    assert {t.removeprefix("dbt.").removesuffix("_run") for t in tasks} == tables
