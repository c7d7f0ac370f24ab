"""The audit: dbt results first, then real Great Expectations on a real DuckDB file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.builds import make_build
from warehouse.audit import AuditError, allow_duckdb, audit, audit_history, data_docs, load_audit
from warehouse.settings import REPO, Settings

SUITE = """
table: core.fct
expectations:
  - expect: ExpectTableRowCountToBeBetween
    min_value: 1
  - expect: ExpectColumnValuesToBeBetween
    why: small numbers only
    column: x
    max_value: 10
  - expect: UnexpectedRowsExpectation
    why: nothing is seven on {as_of_date}
    unexpected_rows_query: select * from {batch} where x = 7 and date '{as_of_date}' > date '2000-01-01'
"""


@pytest.fixture
def suites(tmp_path: Path) -> Path:
    folder = tmp_path / "suites"
    folder.mkdir()
    (folder / "numbers.yml").write_text(SUITE)
    return folder


def dbt_says(settings: Settings, *statuses: str) -> None:
    settings.dbt_target.mkdir(parents=True, exist_ok=True)
    results = [{"unique_id": f"model.w.m{i}", "status": s, "message": "why"} for i, s in enumerate(statuses)]
    (settings.dbt_target / "run_results.json").write_text(json.dumps({"results": results}))


def test_a_good_build_passes_and_leaves_data_docs(settings: Settings, suites: Path) -> None:
    make_build(settings, [1, 2])
    dbt_says(settings, "success", "pass")
    verdict = audit(settings, suites)
    assert verdict.passed, verdict.headline()
    assert verdict.checks == 3
    assert verdict.as_of_date == "2026-11-20"
    assert load_audit(settings, verdict.audit_id) == verdict
    assert "numbers" in data_docs(settings).read_text()


@pytest.mark.parametrize("change", ["insert into control.dbt_runs values (now())", "delete from control.dbt_runs"])
def test_a_build_that_dbt_did_not_make_in_one_run_is_not_judged(settings: Settings, suites: Path, change: str) -> None:
    make_build(settings, [1])
    dbt_says(settings, "success")
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(change)
    with pytest.raises(AuditError, match=r"run once on a prepared build, it ran [02] times .*Refresh again"):
        audit(settings, suites)


def test_a_bad_build_fails_and_says_what_was_expected_and_what_came(settings: Settings, suites: Path) -> None:
    make_build(settings, [1, 7, 99])
    dbt_says(settings, "success")
    verdict = audit(settings, suites)
    assert not verdict.passed
    assert verdict.failed_checks == 2
    text = verdict.headline()
    assert "core.fct.x: expect_column_values_to_be_between: expected small numbers only" in text
    assert "[99]" in text
    assert "nothing is seven" in text
    assert [row[7] for row in audit_history(settings)].count(False) == 2


def test_failed_dbt_nodes_are_not_judged_further(settings: Settings, suites: Path) -> None:
    make_build(settings, [1])
    dbt_says(settings, "success", "fail", "error")
    with pytest.raises(AuditError, match=r"2 dbt nodes failed.*\n.*model\.w\.m1: fail: why"):
        audit(settings, suites)


def test_no_dbt_results_is_an_error(settings: Settings, suites: Path) -> None:
    make_build(settings, [1])
    with pytest.raises(AuditError, match="run the build first"):
        audit(settings, suites)


def test_great_expectations_still_needs_the_duckdb_shim() -> None:
    """Fails when GX learns DuckDB by itself: then remove `allow_duckdb`."""
    import great_expectations.execution_engine.sqlalchemy_execution_engine as engine

    allow_duckdb()
    dialects = [str(getattr(d, "value", d)) for d in engine._PERSISTED_CONNECTION_DIALECTS]
    assert dialects.count("duckdb") == 1
    source = Path(engine.__file__).read_text()
    assert "duckdb" not in source.lower()


def test_the_volume_band_sees_a_vanished_day_and_bears_a_campaigns_end(settings: Settings, tmp_path: Path) -> None:
    make_build(settings, [1])
    dbt_says(settings, "success")
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("""
            create table ops.volumes as
            select 'wechat' as source, 'a' as account, resource, date '2026-11-20' as metric_date, records,
                   200 as expected_records
            from (values ('comment', 1), ('report_custom', 40), ('getarticleread', 0)) as days (resource, records)
        """)
    folder = tmp_path / "volumes"
    folder.mkdir()
    shutil.copy(REPO / "expectations" / "volumes.yml", folder)
    verdict = audit(settings, folder)
    assert not verdict.passed
    assert [r.observed for r in verdict.results] == ["1"]
