"""Casts that do not lie: text that is there becomes exactly its value, or the record is a reject with the reason."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from landing_world import ADVERTISER, SCHEMA, Answer, Landing, Record, day, hot_list, report_rows
from warehouse_builds import Warehouse

NewWarehouse = Callable[[str], Warehouse]
AT = datetime(2026, 5, 1, 2)
REPORT = {
    # field, text as landed: the staged value, or the reason
    ("stat_cost", "1234.56"): Decimal("1234.56"),
    ("stat_cost", "0"): Decimal("0"),
    ("stat_cost", "-3.10000"): Decimal("-3.1"),
    ("stat_cost", "1234.567891"): "metrics.stat_cost: not a valid amount",
    ("stat_cost", "1,234.50"): "metrics.stat_cost: not a valid amount",
    ("stat_cost", "1e3"): "metrics.stat_cost: not a valid amount",
    ("stat_cost", ""): "metrics.stat_cost: missing",
    ("stat_cost", None): "metrics.stat_cost: missing",
    ("show_cnt", "123456789012345678"): 123456789012345678,
    ("show_cnt", "1.5"): "metrics.show_cnt: not a valid bigint",
    ("show_cnt", "1.0"): "metrics.show_cnt: not a valid bigint",
    ("show_cnt", "1e3"): "metrics.show_cnt: not a valid bigint",
    ("show_cnt", " 7"): "metrics.show_cnt: not a valid bigint",
    ("total_play", ""): None,
    ("total_play", None): None,
    ("total_play", "--"): "metrics.total_play: not a valid bigint",
}
HOT = {
    "1910000000.0000002": 1910000000,
    "88.0": 88,
    "219999999.99999997": 220000000,
    "1.5": "read_count: not a valid count",
    "12万": "read_count: not a valid count",
}
LINKEDIN = {
    ("costInLocalCurrency", "107.5300000000000335346"): Decimal("107.53"),
    ("costInLocalCurrency", "59.918335"): Decimal("59.91834"),
    ("costInLocalCurrency", "0E-18"): Decimal("0"),
    ("costInLocalCurrency", "12"): Decimal("12"),
    ("costInLocalCurrency", "1e3"): "costInLocalCurrency: not a valid long_amount",
    ("costInLocalCurrency", "NaN"): "costInLocalCurrency: not a valid long_amount",
}
POSTS = {
    "1794816000078": datetime(2026, 11, 16, 16, 0),
    "999999999999": datetime(2001, 9, 9, 9, 46, 39),
    "1794816000": "publishedAt: not a valid epoch_ms",
    "2026-11-16": "publishedAt: not a valid epoch_ms",
}


@pytest.fixture(scope="module")
def staged(root: Path, new_warehouse: NewWarehouse) -> Warehouse:
    """One report row per case, told apart by its ad id, one listing per case by its rank, and wrong shapes."""
    landing = Landing(root / "landing_casts")
    template = report_rows(0, 0)[0]
    records: list[Record] = []

    def case(number: int) -> dict[str, Any]:
        record: dict[str, Any] = copy.deepcopy(template)
        record["dimensions"]["cdp_promotion_id"] = str(number)
        records.append(record)
        return record

    for number, (field, text) in enumerate(REPORT):
        case(number)["metrics"][field] = text
    case(100)["metrics"] = "7"
    case(101)["dimensions"]["stat_time_day"] = "2026-13-45"
    case(102)["dimensions"]["stat_time_day"] = "2026-03-02 00:00:00"
    load = landing.write("oceanengine", ADVERTISER, "report_custom", AT, [Answer(day(0), day(0), records)])
    rows = pq.read_table(load.path).to_pylist()
    rows.append(rows[0] | {"record": "{not json", "record_hash": "malformed"})
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), load.path)
    listings = [hot_list(0, 8, "csv")[0] | {"rank_in_file": str(n), "read_count": text} for n, text in enumerate(HOT)]
    landing.write("weibo_hot_search", "archive", "hot_search_csv", AT, [Answer(day(0), day(0), listings, hour=8)])
    rows_of_ads: list[Record] = []
    for number, (field, text) in enumerate(LINKEDIN):
        urn = f"urn:li:sponsoredCreative:{number}"
        row = {"day": str(day(0)), "creative": urn, "impressions": "1", "clicks": "0", "costInLocalCurrency": "1"}
        rows_of_ads.append(row | {field: text})
    landing.write("linkedin_ads", "599000001", "ad_analytics", AT, [Answer(day(0), day(0), rows_of_ads)])
    posts: list[Record] = [{"id": f"urn:li:share:{n}", "publishedAt": text} for n, text in enumerate(POSTS)]
    landing.write("linkedin", "999000111", "posts", AT, [Answer(day(0), day(0), posts)])
    warehouse = new_warehouse("casts")
    warehouse.control(landing.loads)
    models = ["stg_oceanengine__reports", "stg_weibo_hot_search__topics_csv"]
    models += ["stg_linkedin_ads__analytics", "stg_linkedin__posts"]
    done = warehouse.dbt("run", "--select", *models)
    assert done.success, warehouse.failures(done)
    return warehouse


@pytest.mark.parametrize("number", range(len(REPORT)))
def test_a_number_is_exact_or_a_reject(number: int, staged: Warehouse) -> None:
    (field, _), expected = list(REPORT.items())[number]
    rows = staged.rows(
        f"select {field}, reject_reason from stage.staging.stg_oceanengine__reports where ad_id = ?", str(number)
    )
    if isinstance(expected, str):
        assert rows == [(None, expected)]
    else:
        assert rows == [(expected, None)]


@pytest.mark.parametrize("text", HOT)
def test_a_count_that_went_through_a_double_is_still_whole(text: str, staged: Warehouse) -> None:
    rows = staged.rows(
        "select read_count, reject_reason from stage.staging.stg_weibo_hot_search__topics_csv where rank = ?",
        list(HOT).index(text),
    )
    expected = HOT[text]
    assert rows == [(None, expected) if isinstance(expected, str) else (expected, None)]


def test_a_record_of_the_wrong_shape_is_a_reject(staged: Warehouse) -> None:
    rows = staged.rows(
        "select coalesce(ad_id, record_hash), reject_reason from stage.staging.stg_oceanengine__reports "
        "where ad_id in ('100', '101', '102') or ad_id is null order by 1"
    )
    assert rows == [
        ("100", "metrics: not an object"),
        ("101", "dimensions.stat_time_day: not a valid date"),
        ("102", None),
        ("malformed", "record: not a JSON object"),
    ]


@pytest.mark.parametrize("number", range(len(LINKEDIN)))
def test_money_with_the_tail_of_a_binary_fraction(staged: Warehouse, number: int) -> None:
    expected = list(LINKEDIN.values())[number]
    rows = staged.rows(
        "select reject_reason, case when reject_reason is null then cost_in_local_currency end "
        "from stage.staging.stg_linkedin_ads__analytics where ad_id = ?",
        str(number),
    )
    assert rows == [(expected, None) if isinstance(expected, str) else (None, expected)]


@pytest.mark.parametrize("number", range(len(POSTS)))
def test_milliseconds_become_business_time(staged: Warehouse, number: int) -> None:
    expected = list(POSTS.values())[number]
    rows = staged.rows(
        "select reject_reason, published_at from stage.staging.stg_linkedin__posts where content_id = ?",
        f"urn:li:share:{number}",
    )
    assert rows == [(expected, None) if isinstance(expected, str) else (None, expected)]
