"""Compare the served facts with the sandbox's truth, to the unit: an independent computation from the world's events."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from warehouse import extraction
from warehouse.settings import REPO, Settings

# core table, file of the truth, what is compared (all shared columns but these), the rows compared
FACTS = {
    "core.fct_account_daily": ("account_daily", [], "metric_date between $first and $last"),
    "core.fct_follower_source_daily": ("follower_source_daily", [], "metric_date between $first and $last"),
    "core.fct_content_daily": ("content_daily", [], "metric_date between $first and $last"),
    "core.fct_ad_daily": ("ad_daily", [], "metric_date between $first and $last"),
    "core.fct_comment": ("comment", ["comment_text", "reply_text"], "comment_date between $first and $last"),
    "core.fct_hot_topic_hourly": ("hot_topic_hourly", [], "snapshot_date between $first and $last"),
    "core.dim_content": ("content", [], "published_date between $first and $last"),
}


def export_truth(settings: Settings, out: Path, first: date, last: date) -> None:
    """The truth of FIRST..LAST as of the morning after LAST, as Parquet files in OUT."""
    as_of = extraction.morning_after(last).isoformat()
    env = os.environ | {"SANDBOX_SEED": str(settings.sandbox_seed), "SANDBOX_SCALE": str(settings.sandbox_scale)}
    command = [sys.executable, "-m", "sandbox", "truth", "--out", str(out), "--from", str(first), "--to", str(last)]
    subprocess.run([*command, "--as-of", as_of], cwd=REPO, env=env, check=True, capture_output=True, text=True)


def differences(settings: Settings, first: date, last: date) -> dict[str, list[tuple[Any, ...]]]:
    """Rows that only one side has, per table (multisets; up to 6 each, marked truth or warehouse); {} when equal."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        export_truth(settings, Path(folder), first, last)
        connection.execute(f"attach '{(settings.current / 'warehouse.duckdb').resolve()}' as w (read_only)")
        found = {}
        for table, (name, left_out, rows) in FACTS.items():
            truth = f"read_parquet('{folder}/{name}.parquet')"
            ours = [c[0] for c in connection.execute(f"describe w.{table}").fetchall()]
            theirs = {c[0] for c in connection.execute(f"describe select * from {truth}").fetchall()}
            shared = [c for c in ours if c in theirs and c not in left_out]
            assert len(shared) >= 3, f"{table} and the truth share only {shared}"
            columns = ", ".join(f"cast({c} as varchar) as {c}" if c.endswith("_code") else c for c in shared)
            where = rows.replace("$first", f"date '{first}'").replace("$last", f"date '{last}'")
            left = f"select {columns} from {truth} where {where}"
            right = f"select {columns} from w.{table} where {where}"
            only = connection.execute(
                f"(select 'truth' as side, * from ({left} except all {right}) limit 3) union all "
                f"(select 'warehouse', * from ({right} except all {left}) limit 3)"
            ).fetchall()
            count = connection.execute(f"select count(*) from ({left})").fetchone()
            assert count and count[0] > 0, f"the truth holds no row for {table}: the comparison would prove nothing"
            if only:
                found[table] = [tuple(shared), *only]
        return found
