"""Judge a finished build before anybody sees it: dbt's own results, then the Great Expectations suites.

dbt tests prove that models are right; the suites in `expectations/` judge the data: volumes, ranges, freshness,
reconciliation with the sources' own totals. One process, one checkpoint, read-only.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import yaml

from warehouse.settings import BUSINESS_ZONE, REPO, Settings

log = logging.getLogger(__name__)

AUDITS_TABLE = """
create or replace table ops.audits (
    audit_id varchar, audited_at timestamp, passed boolean, suite varchar, table_name varchar, check_name varchar,
    column_name varchar, success boolean, observed varchar, expected varchar
)
"""
GOOD_DBT_STATUSES = {"success", "pass", "warn", "no-op", "skipped"}
KEEP_AUDITS = 90


class AuditError(RuntimeError):
    """The audit could not be carried out (as opposed to: it was, and failed)."""


@dataclass(frozen=True)
class CheckResult:
    """One judged expectation."""

    suite: str
    table_name: str
    check_name: str
    column_name: str | None
    success: bool
    observed: str
    expected: str

    def line(self) -> str:
        """One readable line."""
        column = f".{self.column_name}" if self.column_name else ""
        return f"{self.table_name}{column}: {self.check_name}: expected {self.expected}; got {self.observed}"


@dataclass(frozen=True)
class Audit:
    """An audit and its verdict."""

    audit_id: str
    audited_at: str
    as_of_date: str
    passed: bool
    checks: int
    failed_checks: int
    results: list[CheckResult] = field(default_factory=list)

    def headline(self) -> str:
        """The verdict and the failed checks, for a person."""
        if self.passed:
            return f"passed, {self.checks} checks"
        failed = [r.line() for r in self.results if not r.success]
        return f"{self.failed_checks} of {self.checks} checks failed\n  - " + "\n  - ".join(failed)


def audit(settings: Settings, suites: Path = REPO / "expectations") -> Audit:
    """Judge the build. The verdict is also written to `<home>/warehouse/audits/<id>.json` and to the Data Docs."""
    refuse_failed_dbt(settings)
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        _refuse_second_run(connection)
        row = connection.execute("select max(as_of_date) from ops.freshness").fetchone()
    if row is None or row[0] is None:
        raise AuditError("ops.freshness is empty: no source has ever answered, there is nothing to publish")
    results = run_suites(settings, str(row[0]), suites)
    failed = sum(not r.success for r in results)
    audited_at = datetime.now(UTC)
    verdict = Audit(
        audit_id=audited_at.strftime("%Y%m%dT%H%M%S%fZ"),
        audited_at=audited_at.isoformat(),
        as_of_date=str(row[0]),
        passed=failed == 0,
        checks=len(results),
        failed_checks=failed,
        results=results,
    )
    folder = settings.warehouse / "audits"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{verdict.audit_id}.json").write_text(json.dumps(asdict(verdict), ensure_ascii=False, indent=1))
    for old in sorted(folder.glob("*.json"))[:-KEEP_AUDITS]:
        old.unlink()
    return verdict


def load_audit(settings: Settings, audit_id: str) -> Audit:
    """Read a verdict back."""
    content = json.loads((settings.warehouse / "audits" / f"{audit_id}.json").read_text())
    return Audit(**content | {"results": [CheckResult(**r) for r in content["results"]]})


def audit_history(settings: Settings) -> list[tuple[Any, ...]]:
    """The rows of ops.audits: every kept audit, the failed ones too."""
    rows = []
    for file in sorted((settings.warehouse / "audits").glob("*.json")):
        verdict = load_audit(settings, file.stem)
        at = datetime.fromisoformat(verdict.audited_at).astimezone(BUSINESS_ZONE).replace(tzinfo=None)
        rows += [
            (verdict.audit_id, at, verdict.passed, r.suite, r.table_name, r.check_name, r.column_name, r.success,
             r.observed, r.expected)
            for r in verdict.results
        ]  # fmt: skip
    return rows


def refuse_failed_dbt(settings: Settings) -> None:
    """Raise AuditError unless every node of the last dbt invocation passed (in the DAG: of the build just ended)."""
    bad = failed_dbt_nodes(settings)
    if bad:
        raise AuditError(f"{len(bad)} dbt nodes failed, the build is not judged:\n  - " + "\n  - ".join(bad[:20]))


def failed_dbt_nodes(settings: Settings) -> list[str]:
    """The nodes of the last dbt invocation that did not pass, each with dbt's message."""
    file = settings.dbt_target / "run_results.json"
    if not file.exists():
        raise AuditError(f"No dbt results at {file}: run the build first")
    results = json.loads(file.read_text())["results"]
    bad = [r for r in results if r["status"] not in GOOD_DBT_STATUSES]
    return [f"{r['unique_id']}: {r['status']}: {r.get('message') or ''}" for r in bad]


def _refuse_second_run(connection: duckdb.DuckDBPyConnection) -> None:
    runs = [str(row[0]) for row in connection.execute("select began_at from control.dbt_runs order by 1").fetchall()]
    if len(runs) != 1:
        raise AuditError(
            f"dbt is to run once on a prepared build, it ran {len(runs)} times (UTC: {', '.join(runs) or 'never'}). A "
            "second run reads as served what the first one has rewritten: it is not judged. Refresh again"
        )


def read_suites(folder: Path) -> dict[str, dict[str, Any]]:
    """The suites as written: `expectations/<suite>.yml`, each with a table and its expectations."""
    return {file.stem: yaml.safe_load(file.read_text()) for file in sorted(folder.glob("*.yml"))}


def run_suites(settings: Settings, as_of_date: str, suites: Path) -> list[CheckResult]:
    """Run every suite in one checkpoint on the build; updates the Data Docs. Values `{as_of_date}` are filled in."""
    import great_expectations as gx
    from great_expectations.checkpoint import UpdateDataDocsAction
    from great_expectations.data_context.types.base import ProgressBarsConfig

    allow_duckdb()
    context = gx.get_context(mode="file", project_root_dir=str(settings.warehouse / "expectations"))
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_or_update_sql(  # type: ignore[call-arg]
        "warehouse",
        connection_string=f"duckdb:///{settings.build_file}",
        create_temp_table=False,
        kwargs={"connect_args": {"read_only": True}},
    )
    validations = []
    tables = {}
    for name, written in read_suites(suites).items():
        schema, _, table = written["table"].partition(".")
        tables[name] = written["table"]
        asset = source.add_table_asset(name, table_name=table, schema_name=schema)
        batch = asset.add_batch_definition_whole_table("whole")
        suite = context.suites.add_or_update(
            gx.ExpectationSuite(name=name, expectations=[_expectation(e, as_of_date) for e in written["expectations"]])
        )
        validations.append(
            context.validation_definitions.add_or_update(gx.ValidationDefinition(name=name, data=batch, suite=suite))
        )
    checkpoint = context.checkpoints.add_or_update(
        gx.Checkpoint(
            name="publish",
            validation_definitions=validations,
            actions=[UpdateDataDocsAction(name="data_docs")],
            result_format={"result_format": "SUMMARY", "partial_unexpected_count": 5},
        )
    )
    try:
        outcome = checkpoint.run()
    finally:
        _close(context)
    results = []
    for validation in outcome.run_results.values():
        suite_name = validation.suite_name
        for result in validation.results:
            results.append(_check_result(suite_name, tables[suite_name], result))
    return sorted(results, key=lambda r: (r.suite, r.check_name, r.column_name or "", r.expected))


def _close(context: Any) -> None:
    """Let go of the file: GX keeps a pool and a static connection open as long as the process lives."""
    for source in context.data_sources.all().values():
        source.get_execution_engine().engine.dispose()
        source.get_engine().dispose()


def data_docs(settings: Settings) -> Path:
    """The index page of the Data Docs."""
    return settings.warehouse / "expectations/gx/uncommitted/data_docs/local_site/index.html"


def allow_duckdb() -> None:
    """Let Great Expectations 1.24 fetch from DuckDB before it closes the connection.

    GX knows no DuckDB dialect and closes the connection too early for it; dialects in this private tuple keep theirs.
    tests/warehouse/test_audit.py fails when GX no longer needs this.
    """
    import enum

    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    if "duckdb" in [str(getattr(d, "value", d)) for d in engine._PERSISTED_CONNECTION_DIALECTS]:
        return

    class Dialect(enum.StrEnum):
        DUCKDB = "duckdb"

    engine._PERSISTED_CONNECTION_DIALECTS = (*engine._PERSISTED_CONNECTION_DIALECTS, Dialect.DUCKDB)  # type: ignore[assignment]


def _expectation(written: dict[str, Any], as_of_date: str) -> Any:
    """`{expect: ExpectColumnMaxToBeBetween, column: x, min_value: 1, why: …}` as a GX expectation."""
    import great_expectations.expectations as gxe

    arguments = {k: _fill(v, as_of_date) for k, v in written.items() if k not in {"expect", "why"}}
    return getattr(gxe, written["expect"])(**arguments, meta={"why": written.get("why", "")})


def _fill(value: Any, as_of_date: str) -> Any:
    return value.replace("{as_of_date}", as_of_date) if isinstance(value, str) else value


def _check_result(suite: str, table: str, result: Any) -> CheckResult:
    config = result.expectation_config
    shown = {
        k: v
        for k, v in config.kwargs.items()
        if k not in {"batch_id", "column", "unexpected_rows_query"} and v is not None
    }
    why = (config.meta or {}).get("why", "")
    expected = "; ".join(part for part in (why, json.dumps(shown, default=str) if shown else "") if part)
    details = result.result or {}
    if result.exception_info and (message := _exception(result.exception_info)):
        observed = f"the check itself failed: {message}"
    elif details.get("unexpected_count") is not None:
        observed = f"{details['unexpected_count']} unexpected: {details.get('partial_unexpected_list', '')}"
    elif rows := (details.get("details") or {}).get("unexpected_rows"):
        observed = f"{details.get('observed_value')} rows: {rows[:3]}"
    else:
        observed = str(details.get("observed_value"))
    return CheckResult(
        suite,
        table,
        config.type,
        config.kwargs.get("column"),
        bool(result.success),
        observed[:500],
        expected[:500],
    )


def _exception(info: dict[str, Any]) -> str:
    if "exception_message" in info:
        return str(info["exception_message"] or "")
    return "; ".join(
        str(v.get("exception_message")) for v in info.values() if isinstance(v, dict) and v.get("raised_exception")
    )
