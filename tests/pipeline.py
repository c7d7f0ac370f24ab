"""The whole path without Airflow, for tests of numbers: extract over HTTP, dbt build, audit, publish.

The steps are the product's own functions; only who calls them differs. What Airflow adds is tested in tests/dags.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from extract.model import Account, AccountReport
from extract.run import extract_account
from sandbox.accounts import accounts
from warehouse import extraction, services
from warehouse.audit import audit
from warehouse.build import Prepared, build_batches, prepare
from warehouse.publish import publish
from warehouse.settings import REPO, Settings


@contextlib.contextmanager
def sandbox(settings: Settings) -> Iterator[Settings]:
    """The sandbox running for these settings."""
    services.start_sandbox(settings)
    try:
        yield settings
    finally:
        services.stop(settings, "sandbox")


def sandbox_accounts(settings: Settings) -> list[Account]:
    """The sandbox's accounts with their credentials, and the hot list's files."""
    found = [
        Account(a["source"], a["account"], a["name"], a["connection"], a["base_url"], a["credentials"])
        for a in accounts(settings.sandbox_seed, settings.sandbox_scale, settings.sandbox_url, settings.sandbox_files)
    ]
    if not any(a.source == "weibo_hot_search" for a in found):
        found.append(Account("weibo_hot_search", "archive", "archive", "", "", {}))
    return found


def extract(settings: Settings, first: date, last: date, only: str | None = None) -> list[AccountReport]:
    """Everything of FIRST..LAST as seen on the morning after LAST."""
    extraction.set_sandbox_clock(settings, extraction.morning_after(last))
    for source in ("weibo_hot_search", "site", "database"):
        if only in (None, source):
            extraction.feed_sandbox(settings, source, first, last)
    context = extraction.context(settings)
    return [
        extract_account(account, first, last, context)
        for account in sandbox_accounts(settings)
        if only is None or account.source == only
    ]


def build(settings: Settings, *arguments: str) -> Prepared:
    """Prepare and run one `dbt build`; raises with dbt's words when it is red."""
    prepared = prepare(settings)
    build_batches(settings)
    done = dbt(settings, "build", *arguments)
    if done.returncode:
        raise AssertionError(f"dbt build failed:\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}")
    return prepared


def dbt(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One dbt command on the build."""
    command = [str(Path(sys.executable).parent / "dbt"), *arguments, "--quiet"]
    return subprocess.run(
        command, cwd=REPO / "dbt_project", env=settings.service_env(), capture_output=True, text=True, timeout=900
    )


def refresh(settings: Settings, first: date, last: date) -> dict[str, Any]:
    """Extract, build, audit, publish. Returns the manifest; raises when the audit fails."""
    for report in extract(settings, first, last):
        unexpected = {gap.reason for gap in report.gaps} - extraction.EXPECTED_GAPS
        assert not unexpected, report.message()
    build(settings)
    return publish(settings, audit(settings))


def hashes(manifest: dict[str, Any]) -> dict[str, str]:
    """The multiset hash of every core and mart table, as the manifest tells it."""
    return {name: table["hash"] for name, table in manifest["tables"].items() if "hash" in table}


def row_hashes(settings: Settings) -> dict[str, str]:
    """The same of all rows that the served snapshot holds, as nobody noted them."""
    found = {}
    with duckdb.connect(str(settings.current.resolve() / "warehouse.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('core', 'marts')"
        ).fetchall()
        for (table,) in tables:
            row = connection.execute(f"select coalesce(sum(hash(t)), 0) from {table} as t").fetchone()
            assert row is not None
            found[table] = f"{int(row[0]):x}"
    return found


def query(settings: Settings, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Rows from the served snapshot."""
    with duckdb.connect(str(settings.current.resolve() / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


def manifest(settings: Settings) -> dict[str, Any]:
    """The served snapshot's manifest."""
    return json.loads((settings.current / "manifest.json").read_text())
