"""The metrics layer works on a built file that is only read, and agrees with plain SQL."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from landing_world import ADS, DAYS, ad_metrics, followers
from warehouse_builds import PROJECT, Warehouse


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


def mf(metricflow: tuple[Path, dict[str, str]], *arguments: str) -> str:
    """One mf command; raises with its words."""
    folder, environment = metricflow
    command = [str(Path(sys.executable).parent / "mf"), *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def query(
    metricflow: tuple[Path, dict[str, str]], out: Path, metrics: list[str], group_by: str = ""
) -> list[dict[str, str]]:
    """Rows of a metric query, as text."""
    arguments = ["query", "--metrics", ",".join(metrics), "--csv", str(out)]
    mf(metricflow, *arguments, *(["--group-by", group_by] if group_by else []))
    return list(csv.DictReader(io.StringIO(out.read_text())))


def test_metrics_are_valid_on_the_served_file(metricflow: tuple[Path, dict[str, str]]) -> None:
    out = mf(metricflow, "validate-configs")
    assert "ERRORS: 0" in out
    for line in out.splitlines():
        assert "ERRORS" not in line or "(ERRORS: 0" in line, line


def test_ratios_are_sums_over_sums(metricflow: tuple[Path, dict[str, str]], whole: Warehouse, tmp_path: Path) -> None:
    row = query(
        metricflow,
        tmp_path / "out.csv",
        ["spend", "impressions", "clicks", "ctr", "cpc", "cpm", "engagement_rate", "engagements"],
    )[0]
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


def test_followers_are_never_added_up_over_days(metricflow: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    rows = query(metricflow, tmp_path / "out.csv", ["followers", "net_follows"], "metric_time__week")
    by_week = {row["metric_time__week"][:10]: int(row["followers"]) for row in rows}
    assert by_week == {"2026-03-02": followers(6), "2026-03-09": followers(DAYS - 1)}
    assert sum(int(row["net_follows"]) for row in rows) == followers(DAYS - 1) - 1000


def test_month_to_date_equals_the_mart(
    metricflow: tuple[Path, dict[str, str]], whole: Warehouse, tmp_path: Path
) -> None:
    rows = query(metricflow, tmp_path / "out.csv", ["spend_month_to_date"], "metric_time__day")
    mart = whole.rows("select metric_date, spend_month_to_date_amount from marts.roi__spend_daily order by 1")
    found = {row["metric_time__day"][:10]: float(row["spend_month_to_date"]) for row in rows}
    expected = {str(when): float(amount) for when, amount in mart}
    assert {when: found[when] for when in expected} == expected  # the time spine goes on to the end of the month
