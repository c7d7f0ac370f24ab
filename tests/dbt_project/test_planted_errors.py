"""One planted error of each kind is seen where it is named, and the untouched build is green.

Errors in our tables turn a dbt test red; errors in the answers themselves are rows of ops.reconciliation outside their
tolerance, which the audit refuses to publish.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from landing_world import SCHEMA, write_world
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
    "reporting spend off by a thousandth": (
        "update marts.roi__ads_daily set reporting_spend_amount = reporting_spend_amount + 0.001 where rowid = 3",
        "reporting_spend_is_spend_by_rate",
    ),
    "spend off by one in the P&L": (
        "update marts.roi__campaign_pnl set spend_amount = spend_amount + 1 where rowid = 3",
        "campaign_pnl_is_conserved",
    ),
    "an order of nobody in the P&L": (
        "insert into marts.roi__campaign_pnl select * replace (1 as orders) from marts.roi__campaign_pnl limit 1",
        "campaign_pnl_is_conserved",
    ),
    "a lead of nobody": (
        "insert into core.dim_product (platform, product_id, items, leads) values ('site', 'none', 0, 1)",
        "products_are_conserved",
    ),
    "a month of a platform lost": (
        "delete from marts.roi__platform_scorecard where spend_amount is not null",
        "scorecards_are_conserved",
    ),
    "spend off by one in an operator's month": (
        "update marts.roi__operator_scorecard set spend_amount = spend_amount + 1 where spend_amount is not null",
        "operators_are_conserved",
    ),
    "two fees of an agency at once": (
        "insert into seeds.agency_fees select * replace (date '2026-02-01' as valid_from) from seeds.agency_fees "
        "limit 1",
        "spans_of_seeds_do_not_overlap",
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


CHECKS_OF_THE_WORLD = (
    {"follows_against_followers", "article_readers_against_account", "hot_topics_against_file"}
    | {f"article_{action}_against_account" for action in ("likes", "recommends", "comments", "shares", "saves")}
    | {f"ads_{metric}_against_total" for metric in ("spend_amount", "impressions", "clicks", "conversions")}
    | {f"ads_{metric}_against_total" for metric in ("deep_conversions", "attributed_conversions")}
    | {f"ads_{metric}_against_total" for metric in ("attributed_deep_conversions", "video_plays")}
    | {f"ads_{metric}_against_total" for metric in ("valid_video_plays", "video_plays_3s")}
)


@pytest.fixture(scope="module")
def damaged(whole: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the finished build; each error is rolled back after it was seen."""
    with whole.copy("damaged").connect(read_only=False) as connection:
        yield connection


@pytest.mark.parametrize("kind", IN_TABLES)
def test_error_in_a_table_turns_its_test_red(kind: str, whole: Warehouse, damaged: duckdb.DuckDBPyConnection) -> None:
    """The test's SQL as dbt compiled and ran it finds no row before and some after."""
    planted, prefix = IN_TABLES[kind]
    chosen = [sql for name, sql in whole.tests.items() if name.startswith(prefix)]
    assert chosen, prefix
    assert not any(damaged.execute(sql).fetchall() for sql in chosen)
    damaged.execute("begin")
    try:
        changed = damaged.execute(planted).fetchall()
        assert changed != [(0,)], "the planted error must change something"
        assert any(damaged.execute(sql).fetchall() for sql in chosen)
    finally:
        damaged.execute("rollback")


def one_more(path: Path, part: str, name: str) -> None:
    """One unit more in the last record of a landing file, as a wrong server or extractor would give."""
    rows = pq.read_table(path).to_pylist()
    row = next(row for row in reversed(rows) if row["record"])
    record = json.loads(row["record"])
    numbers = record[part] if part else record
    numbers[name] = str(int(numbers[name]) + 1)
    row["record"] = json.dumps(record)
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path)


@pytest.fixture(scope="module")
def tampered(root: Path, new_warehouse: NewWarehouse) -> Warehouse:
    """The world with an impression too many in the newest report and a follower too many in the newest count."""
    landing = write_world(root / "landing_tampered")
    newest = {load.resource: load.path for load in landing.loads}
    one_more(newest["report_custom"], "metrics", "show_cnt")
    one_more(newest["getusercumulate"], "", "cumulate_user")
    warehouse = new_warehouse("tampered")
    warehouse.build(landing.loads)
    return warehouse


def refused(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """The rows for which the audit would not publish this build, by the suite's own query."""
    written = read_suites(REPO / "expectations")["reconciliation"]
    queries = [e["unexpected_rows_query"] for e in written["expectations"] if "unexpected_rows_query" in e]
    return [row for query in queries for row in warehouse.rows(query.replace("{batch}", written["table"]))]


def test_the_untouched_build_reconciles(whole: Warehouse) -> None:
    assert refused(whole) == []
    judged = {row[0] for row in whole.rows("select distinct check_name from ops.reconciliation")}
    assert judged == CHECKS_OF_THE_WORLD, "every check of the world's sources has rows to judge"


def test_error_in_an_answer_turns_the_reconciliation_red(tampered: Warehouse) -> None:
    """One unit more in a row of the report: our sum no longer meets the total of the same answer."""
    found = [(row[3], row[6]) for row in refused(tampered) if row[0] == "oceanengine"]
    assert found == [("ads_impressions_against_total", 1)]


def test_follower_count_off_by_one_turns_the_reconciliation_red(tampered: Warehouse) -> None:
    found = [(row[3], row[6]) for row in refused(tampered) if row[0] != "oceanengine"]
    assert found == [("follows_against_followers", -1)]
