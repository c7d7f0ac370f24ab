"""One planted error of each kind is seen where it is named, and the untouched build is green.

Errors in our tables turn a dbt test red; errors in the answers themselves are rows of ops.reconciliation outside their
tolerance, which the audit refuses to publish.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from landing_world import SCHEMA, Landing, write_world
from warehouse_builds import Warehouse

from warehouse.audit import read_suites
from warehouse.settings import REPO

NewWarehouse = Callable[[str], Warehouse]

IN_TABLES = {
    "a row twice": ("insert into core.fct_ad_daily select * from core.fct_ad_daily limit 1", "grain_fct_ad_daily"),
    "spend off by one in a mart": (
        "update marts.roi__ads_daily set spend_amount = spend_amount + 1 where rowid = 3",
        "spend_is_conserved",
    ),
    "spend off by one in core": (
        "update core.fct_ad_daily set spend_amount = spend_amount + 1 where rowid = 3",
        "spend_is_conserved",
    ),
    "impressions off by one in staging": (
        "update stage.staging.stg_oceanengine__reports set show_cnt = show_cnt + 1 "
        "where record_date = (select max(record_date) from stage.staging.stg_oceanengine__reports)",
        "impressions_are_conserved",
    ),
    "likes off by one in a mart": (
        "update marts.content__performance_daily set likes = likes + 1 where rowid = 3",
        "likes_are_conserved",
    ),
    "likes off by one in core": (
        "update core.fct_content_daily set likes = likes + 1 where rowid = 3",
        "likes_are_conserved",
    ),
    "views off by one in core": (
        "update core.fct_content_daily set views = views + 1 where rowid = 3",
        "views_are_conserved",
    ),
    "a day of spend lost": ("delete from marts.roi__spend_daily where rowid = 3", "spend_of_days_is_spend_of_ads"),
    "follows off by one": (
        "update core.fct_account_daily set new_follows = new_follows + 1 where rowid = 3",
        "follows_are_conserved",
    ),
    "a saved article forgotten": (
        "update core.fct_content_daily set saves = saves - 1 where rowid = 2",
        "days_add_up_to_counters",
    ),
    "an hour too many": (
        "update marts.engagement__hot_topics_daily set hours_listed = hours_listed + 1 where rowid = 3",
        "heat_is_conserved",
    ),
    "two current versions": ("update core.dim_campaign set is_current = true", "history_has_no_holes"),
    "a negative age": (
        "update core.fct_content_daily set age_days = -1 where rowid = 1",
        "accepted_range_fct_content_daily",
    ),
    "a fact without its account": (
        "update core.fct_account_daily set account_id = 'nobody' where rowid = 1",
        "relationships_fct_account_daily",
    ),
    "a double among the money": (
        "alter table core.fct_ad_daily alter spend_amount type double",
        "additive_columns_are_exact",
    ),
    "a field mapped that nobody stages": (
        "insert into seeds.metric_map select * replace ('no_such_field' as field) from seeds.metric_map limit 1",
        "metric_map_fits_the_models",
    ),
}


@pytest.fixture(scope="module")
def names(whole: Warehouse) -> list[str]:
    return [node.name for node in whole.manifests["manifest"].nodes.values() if node.resource_type == "test"]


@pytest.mark.parametrize("kind", IN_TABLES)
def test_error_in_a_table_turns_its_test_red(kind: str, spoiled: Warehouse, names: list[str]) -> None:
    sql, prefix = IN_TABLES[kind]
    with spoiled.connect(read_only=False) as connection:
        changed = connection.execute(sql).fetchall()
    assert changed != [(0,)], "the planted error must change something"
    chosen = [name for name in names if name.startswith(prefix)]
    assert chosen, prefix
    done = spoiled.dbt("test", "--select", *chosen)
    assert not done.success
    assert any(failure.startswith(prefix) for failure in spoiled.failures(done))


def tampered(root: Path, name: str, resource: str, change: Callable[[dict[str, dict[str, str]]], None]) -> Landing:
    """The world with one record changed in the newest load of a resource, as a wrong server or extractor would."""
    landing = write_world(root / name)
    path = [load for load in landing.loads if load.resource == resource][-1].path
    rows = pq.read_table(path).to_pylist()
    row = next(row for row in reversed(rows) if row["record"])
    record = json.loads(row["record"])
    change(record)
    row["record"] = json.dumps(record)
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path)
    return landing


def refused(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """The rows for which the audit would not publish this build, by the suite's own query."""
    written = read_suites(REPO / "expectations")["reconciliation"]
    queries = [e["unexpected_rows_query"] for e in written["expectations"] if "unexpected_rows_query" in e]
    return [row for query in queries for row in warehouse.rows(query.replace("{batch}", written["table"]))]


def test_the_untouched_build_reconciles(whole: Warehouse) -> None:
    assert refused(whole) == []
    idle = "select check_name from seeds.reconciliation_checks where check_name not in (select check_name from {})"
    assert whole.rows(idle.format("ops.reconciliation")) == [], "every check has rows to judge"


def test_error_in_an_answer_turns_the_reconciliation_red(root: Path, new_warehouse: NewWarehouse) -> None:
    """One unit more in a row of the report: our sum no longer meets the total of the same answer."""

    def one_more(record: dict[str, dict[str, str]]) -> None:
        record["metrics"]["show_cnt"] = str(int(record["metrics"]["show_cnt"]) + 1)

    landing = tampered(root, "landing_tampered", "report_custom", one_more)
    warehouse = new_warehouse("tampered")
    warehouse.build(landing.loads)
    assert [(row[3], row[6]) for row in refused(warehouse)] == [("ads_impressions_against_total", 1)]


def test_follower_count_off_by_one_turns_the_reconciliation_red(root: Path, new_warehouse: NewWarehouse) -> None:
    def one_more(record: dict[str, dict[str, str]]) -> None:
        record["cumulate_user"] = str(int(str(record["cumulate_user"])) + 1)  # type: ignore[assignment]

    landing = tampered(root, "landing_tampered_followers", "getusercumulate", one_more)
    warehouse = new_warehouse("tampered")
    warehouse.build(landing.loads)
    assert [(row[3], row[6]) for row in refused(warehouse)] == [("follows_against_followers", -1)]
