"""The metrics layer works on a built file that is only read, and agrees with plain SQL."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from landing_world import ADS, DAYS, ad_metrics, followers
from warehouse_builds import PROJECT, Warehouse

RATIOS = ["spend", "impressions", "clicks", "ctr", "cpc", "cpm", "engagement_rate", "engagements"]
QUERIES: dict[str, tuple[list[str], str]] = {
    "ratios": (RATIOS, ""),
    "weeks": (["followers", "net_follows"], "metric_time__week"),
    "month_to_date": (["spend_month_to_date"], "metric_time__day"),
    "operators": (
        ["operator_accounts", "operator_cost", "operator_net_revenue", "operator_roi"],
        "operator_month__operator",
    ),
}


@pytest.fixture(scope="module")
def metricflow(whole: Warehouse, root: Path) -> tuple[Path, dict[str, str]]:
    """mf wants `target/` inside the project folder: a folder of links, with the target of the build."""
    folder = root / "metricflow"
    folder.mkdir()
    for entry in PROJECT.iterdir():
        if entry.name not in ("target", "logs"):
            (folder / entry.name).symlink_to(entry)
    (folder / "target").symlink_to(root / "target")
    served = root / "served" / "warehouse.duckdb"
    served.parent.mkdir()
    shutil.copy(whole.file, served)
    environment = os.environ | {
        "WAREHOUSE_BUILD_FILE": str(served),
        "DBT_PROFILES_DIR": str(folder),
        "DBT_TARGET": "served",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_LOG_PATH": str(root / "logs"),
    }
    environment.pop("DBT_TARGET_PATH", None)
    return folder, environment


@dataclass(frozen=True)
class Answers:
    """What mf said to `validate-configs`, and the rows of each query as text."""

    validation: str
    rows: dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def answers(metricflow: tuple[Path, dict[str, str]], root: Path) -> Answers:
    """Every mf command of these tests, by mf's own entry point in one process: it takes seconds to start."""
    folder, environment = metricflow
    commands = [["validate-configs"]]
    for name, (metrics, group_by) in QUERIES.items():
        grouped = ["--group-by", group_by] if group_by else []
        commands.append(["query", "--metrics", ",".join(metrics), "--csv", str(root / f"{name}.csv"), *grouped])
    code = f"from dbt_metricflow.cli.main import cli\nfor c in {commands!r}: cli(c, standalone_mode=False)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {name: list(csv.DictReader(io.StringIO((root / f"{name}.csv").read_text()))) for name in QUERIES}
    return Answers(done.stdout, rows)


def test_metrics_are_valid_on_the_served_file(answers: Answers) -> None:
    assert "ERRORS: 0" in answers.validation
    for line in answers.validation.splitlines():
        assert "ERRORS" not in line or "(ERRORS: 0" in line, line


def test_ratios_are_sums_over_sums(answers: Answers, whole: Warehouse) -> None:
    row = answers.rows["ratios"][0]
    sums = whole.rows("select sum(spend_amount), sum(impressions), sum(clicks) from marts.roi__ads_daily")[0]
    content = whole.rows("select sum(engagements), sum(views) from marts.content__performance_daily")[0]
    assert float(row["spend"]) == float(sums[0])
    assert int(row["impressions"]) == sums[1] and int(row["engagements"]) == content[0]
    assert float(row["ctr"]) == pytest.approx(int(sums[2]) / int(sums[1]), rel=1e-12)
    assert float(row["cpm"]) == pytest.approx(1000 * float(sums[0]) / int(sums[1]), rel=1e-12)
    assert float(row["engagement_rate"]) == pytest.approx(content[0] / content[1], rel=1e-12)
    expected = sum(
        int(ad_metrics(n, ad, DAYS - 1)["click_cnt"]) for ad in ADS for n in range(DAYS) if (n, ad[-1]) != (5, "1")
    )
    assert int(row["clicks"]) == expected


def test_followers_are_never_added_up_over_days(answers: Answers) -> None:
    rows = answers.rows["weeks"]
    by_week = {row["metric_time__week"][:10]: int(row["followers"]) for row in rows}
    assert by_week == {"2026-03-02": followers(6), "2026-03-09": followers(DAYS - 1)}
    assert sum(int(row["net_follows"]) for row in rows) == followers(DAYS - 1) - 1000


def test_month_to_date_equals_the_mart(answers: Answers, whole: Warehouse) -> None:
    rows = answers.rows["month_to_date"]
    mart = whole.rows("select metric_date, spend_month_to_date_amount from marts.roi__spend_daily order by 1")
    found = {row["metric_time__day"][:10]: float(row["spend_month_to_date"]) for row in rows}
    expected = {str(when): float(amount) for when, amount in mart}
    assert {when: found[when] for when in expected} == expected  # the time spine goes on to the end of the month


def test_operators_have_the_numbers_of_their_scorecard(answers: Answers, whole: Warehouse) -> None:
    rows = answers.rows["operators"]
    mart = whole.rows(
        "select operator, sum(marketing_cost_amount), max_by(accounts, month_start_date) "
        "from marts.roi__operator_scorecard group by operator"
    )
    found = {
        row["operator_month__operator"]: (
            row["operator_cost"] and float(row["operator_cost"]),
            int(row["operator_accounts"]),
        )
        for row in rows
    }
    assert found == {operator: ("" if cost is None else float(cost), accounts) for operator, cost, accounts in mart}
    assert any(cost for cost, _ in found.values())
