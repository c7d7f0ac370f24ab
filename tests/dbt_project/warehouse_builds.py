"""Builds of the dbt project from a landing folder, one dbt process for all of them.

`Warehouse.build(loads)` does what warehouse/build.py does: it says in control.loads which loads are wanted, relative to
what the file was built from before, and runs dbt on it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.results import NodeStatus
from dbt.cli.main import dbtRunner, dbtRunnerResult
from landing_world import Load

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
UNWRITTEN = ["--log-level-file", "none", "--no-write-json"]  # a quarter of the time of a small build
CONTROL = """
create schema if not exists control;
create or replace table control.loads (
    load_id varchar, source varchar, account varchar, resource varchar, path varchar, fetched_at timestamp,
    change varchar, is_new boolean
);
create or replace table control.accounts (source varchar, account varchar, account_name varchar);
"""


@dataclass
class Warehouse:
    """One build file and its stage.

    `applied` holds the loads the file was built from, `tests` the SQL of the dbt tests that the last build ran and that
    fail it when they find a row, `seconds` what each of its nodes took. `project` is the dbt project that builds it,
    `only` what is built of it (a dbt selection; nothing: all).
    """

    home: Path
    manifests: dict[str, Any]
    applied: dict[str, Load] = field(default_factory=dict)
    tests: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    project: Path = PROJECT
    only: str = ""

    @property
    def file(self) -> Path:
        """The file being built."""
        return self.home / "warehouse.duckdb"

    @property
    def stage(self) -> Path:
        """The stage file."""
        return self.home / "stage" / "stage.duckdb"

    def start(self) -> Warehouse:
        """An empty warehouse."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.stage.parent.mkdir(parents=True)
        self.applied = {}
        return self

    def copy(self, name: str) -> Warehouse:
        """The same build and stage in another folder, instead of building them again."""
        copied = replace(self, home=self.home.parent / name, applied=dict(self.applied))
        shutil.rmtree(copied.home, ignore_errors=True)
        shutil.copytree(self.home, copied.home)
        return copied

    def control(self, wanted: Iterable[Load], others: Iterable[Load] = ()) -> None:
        """Say which loads are wanted; `others` landed, but neither were nor are wanted."""
        loads = {load.key: load for load in wanted}
        rows = [(load, "kept" if key in self.applied else "added") for key, load in loads.items()]
        rows += [(load, "removed") for key, load in self.applied.items() if key not in loads]
        rows += [(load, "excluded") for load in others if load.key not in loads and load.key not in self.applied]
        with duckdb.connect(str(self.file)) as connection:
            connection.execute(CONTROL)
            connection.executemany(
                "insert into control.loads values (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (x.load_id, x.source, x.account, x.resource, str(x.path), x.fetched_at, change, change == "added")
                    for x, change in rows
                ],
            )
            connection.execute("insert into control.accounts values ('wechat', 'wx0a1b2c3d4e5f6071', '示例服务号')")
        self.applied = loads

    def dbt(self, *arguments: str) -> dbtRunnerResult:
        """One dbt command in this process; the file is closed afterwards."""
        environment = {
            "WAREHOUSE_BUILD_FILE": str(self.file),
            "WAREHOUSE_STAGE_FILE": str(self.stage),
            "DBT_TARGET_PATH": str(self.home.parent / "target"),
            "DBT_LOG_PATH": str(self.home.parent / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        folders = ["--project-dir", str(self.project), "--profiles-dir", str(self.project)]
        before = {name: os.environ.get(name) for name in environment}
        os.environ.update(environment)
        try:
            if "manifest" not in self.manifests:
                parsed = dbtRunner().invoke(["parse", "--quiet", *folders])
                assert parsed.success, parsed.exception
                self.manifests["manifest"] = parsed.result
            runner = dbtRunner(manifest=self.manifests["manifest"].deepcopy())  # dbt marks nodes while it runs
            return runner.invoke([*arguments, "--quiet", *UNWRITTEN, *folders])
        finally:
            DuckDBConnectionManager.close_all_connections()
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value

    def build(
        self,
        wanted: Iterable[Load],
        command: str = "run",
        others: Iterable[Load] = (),
        flags: Sequence[str] = (),
    ) -> None:
        """Models only (`run`, with the seeds) or with every test (`build`); raises with the failing nodes."""
        self.control(wanted, others)
        flags = [*flags, *(["--select", self.only, "--indirect-selection", "cautious"] if self.only else [])]
        if command == "run":
            done = self.dbt("build", "--exclude-resource-types", "test", "unit_test", *flags)
        else:
            done = self.dbt("build", *flags)
        assert done.success, "\n".join(self.failures(done)) or repr(done.exception)
        results: Any = done.result
        judges = [r.node for r in results if r.node.resource_type == "test" and r.node.config.severity == "ERROR"]
        self.seconds = {r.node.name: r.execution_time for r in results}
        self.tests = {node.name: node.compiled_code for node in judges}

    @staticmethod
    def failures(done: dbtRunnerResult) -> list[str]:
        """Names of the nodes that failed, with dbt's words."""
        bad = (NodeStatus.Error, NodeStatus.Fail, NodeStatus.RuntimeErr, NodeStatus.Skipped)
        results: Any = done.result or []
        return [f"{r.node.name}: {r.message}" for r in results if r.status in bad]

    @contextmanager
    def connect(self, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
        """The built file, with the stage attached."""
        with duckdb.connect(str(self.file), read_only=read_only) as connection:
            connection.execute(f"attach '{self.stage}' as stage{' (read_only)' if read_only else ''}")
            yield connection

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        with self.connect() as connection:
            return connection.execute(sql, list(parameters)).fetchall()

    def hashes(self, schemas: tuple[str, ...] = ("core", "marts")) -> dict[str, tuple[int, int]]:
        """Rows and a multiset hash of every table: equal when the rows are, in whatever order."""
        found: dict[str, tuple[int, int]] = {}
        with self.connect() as connection:
            tables = connection.execute(
                "select table_schema, table_name from information_schema.tables "
                "where table_catalog = 'warehouse' order by all"
            ).fetchall()
            for schema, table in tables:
                if schema in schemas:
                    row = connection.execute(
                        f"select count(*), coalesce(sum(hash(t)::hugeint), 0) from {schema}.{table} as t"
                    ).fetchone()
                    assert row is not None
                    found[f"{schema}.{table}"] = (int(row[0]), int(row[1]))
        return found

    def differences(self, other: Warehouse) -> list[str]:
        """Core and mart tables of this build, maybe of a part of the project, that are not row for row OTHER's."""
        ours, theirs = self.hashes(), other.hashes()
        assert ours, "nothing was built"
        return [name for name in ours if ours[name] != theirs.get(name)]
