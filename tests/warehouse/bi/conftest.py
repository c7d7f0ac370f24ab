"""One real Superset for all BI tests, on a small warehouse made from the real dbt project's contracts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import warehouse.bi
from tests.conftest import settings_at
from tests.warehouse.bi.world import make_warehouse, publish
from warehouse.bi.client import Superset
from warehouse.bi.compile import Manifests
from warehouse.bi.sync import SyncReport, sync
from warehouse.settings import REPO, Settings

ASSETS = warehouse.bi.assets_folder()
PROJECT = Path(os.environ.get("BI_TEST_DBT_PROJECT", REPO / "dbt_project"))


@dataclass(frozen=True)
class Dbt:
    """The parsed dbt project: links to the real one beside a `target` of its own, where MetricFlow looks for it."""

    project: Path
    manifests: Manifests

    @property
    def target(self) -> Path:
        return self.project / "target"

    def env(self, warehouse_file: Path) -> dict[str, str]:
        return os.environ | {
            "DBT_PROJECT_DIR": str(self.project),
            "DBT_PROFILES_DIR": str(self.project),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.project / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "WAREHOUSE_BUILD_FILE": str(warehouse_file),
            "WAREHOUSE_SERVED_FILE": str(warehouse_file),
            "WAREHOUSE_STAGE_FILE": str(self.project / "stage.duckdb"),
        }

    def mf(self, warehouse_file: Path, queries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answers of MetricFlow on a served file, opened for reading only."""
        command = [sys.executable, str(Path(__file__).parent / "mf_queries.py")]
        env = self.env(warehouse_file.resolve()) | {"DBT_TARGET": "served"}
        done = subprocess.run(
            command, input=json.dumps(queries), env=env, cwd=self.project, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-3000:]
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers


@dataclass(frozen=True)
class Bi:
    """A running Superset, as the project's own settings run it."""

    settings: Settings

    @property
    def home(self) -> Path:
        return self.settings.warehouse

    @property
    def url(self) -> str:
        return self.settings.superset_url

    @property
    def password(self) -> str:
        return self.settings.secrets["ADMIN_PASSWORD"]

    @property
    def served(self) -> Path:
        return self.settings.current / "warehouse.duckdb"

    def login(self) -> Superset:
        return Superset(self.url, "admin", self.password)

    def sync(self, assets: Path = ASSETS) -> SyncReport:
        return sync(self.url, "admin", self.password, assets, self.served, self.settings.home / "superset" / "cache")


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    project = tmp_path_factory.mktemp("dbt_project")
    for path in PROJECT.iterdir():
        if path.name not in {"target", "logs"}:
            (project / path.name).symlink_to(path)
    parsed = Dbt(project, None)  # type: ignore[arg-type]
    command = [str(Path(sys.executable).parent / "dbt"), "parse", "--quiet"]
    env = parsed.env(project / "warehouse.duckdb")
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    return Dbt(project, Manifests.load(parsed.target))


@pytest.fixture(scope="session")
def bi(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bi]:
    """Superset with the assets imported, serving snapshot `s1`. Its metadata template is kept between runs."""
    if not (REPO / ".venv-superset" / "bin" / "gunicorn").exists():
        pytest.skip("Superset is not installed in .venv-superset (make superset)")
    os.environ.setdefault("SUPERSET_TEMPLATES", str(Settings.load().home / "cache" / "superset"))
    settings = settings_at(tmp_path_factory.mktemp("bi"))
    make_warehouse(settings.snapshots / "s1" / "warehouse.duckdb", dbt.manifests, dbt.target)
    publish(settings.warehouse, "s1")
    assert warehouse.bi.start(settings)
    try:
        assert f"{len(list((ASSETS / 'datasets').iterdir()))} datasets" in warehouse.bi.sync_if_running(settings, "s1")
        yield Bi(settings)
    finally:
        assert warehouse.bi.stop(settings) == ["superset"]
