"""What a restated day changed: every difference between neighbouring answers, read out of landing in another way."""

from __future__ import annotations

import json
from datetime import datetime, time
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
from landing_world import ADVERTISER, Landing, day
from warehouse_builds import Warehouse

FIELDS = {"stat_cost": "spend_amount", "show_cnt": "impressions", "click_cnt": "clicks", "convert_cnt": "conversions"}
REVISIONS = """
    select metric_date, entity_id, column_name, revised_at - interval 8 hour, old_value, new_value
    from core.fct_revision where source = 'oceanengine' and list_contains(?, column_name) order by all
"""


def told(landing: Landing) -> list[tuple[Any, ...]]:
    """(day, ad, column, fetched_at, old, new) of every change, by replaying the files in order of their time."""
    payloads: dict[str, dict[str, Any]] = {}
    state: dict[Any, dict[tuple[str, str], Decimal]] = {}
    found = []
    for load in sorted((x for x in landing.loads if x.resource == "report_custom"), key=lambda x: x.fetched_at):
        rows = pq.read_table(load.path).to_pylist()
        payloads |= {row["record_hash"]: json.loads(row["record"]) for row in rows if row["record"]}
        for window in sorted({row["window_start"] for row in rows if row["record_hash"] is None}):
            values = {}
            for row in rows:
                if row["window_start"] != window or row["record_hash"] is None:
                    continue
                record = payloads[row["record_hash"]]
                if not all(record["metrics"][f].replace(".", "").isdecimal() for f in FIELDS):
                    continue  # the report that does not parse is turned away
                for field, column in FIELDS.items():
                    values[record["dimensions"]["cdp_promotion_id"], column] = Decimal(record["metrics"][field])
            before = state.get(window)
            if before is not None:
                for key in sorted(before.keys() | values.keys()):
                    if before.get(key) != values.get(key):
                        change = (before.get(key), values.get(key))
                        found.append((window.date(), *key, load.fetched_at, *change))
            state[window] = values
    return sorted(found, key=str)


def test_every_change_of_a_restated_day_is_a_row(world: Landing, whole: Warehouse) -> None:
    expected = told(world)
    assert len(expected) > 30
    rows = whole.rows(REVISIONS, list(FIELDS.values()))
    assert sorted(map(_plain, rows), key=str) == sorted(map(_plain, expected), key=str)


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:4], *(None if value is None else Decimal(value).normalize() for value in row[4:]))


def test_an_ad_that_vanished_and_one_that_came_late_are_changes(whole: Warehouse) -> None:
    """The first ad's row of day 5 is gone from answers after day 7; a broken report of day 2 is told right later."""
    rows = whole.rows(
        "select distinct metric_date, old_value is null, new_value is null from core.fct_revision "
        "where account_id = ? and (old_value is null or new_value is null) order by all",
        ADVERTISER,
    )
    assert (day(5), False, True) in rows and (day(2), True, False) in rows


def test_the_summary_is_the_last_answer_less_the_first(whole: Warehouse) -> None:
    rows = whole.rows(
        """select count(*) from ops.revisions full join (
               select metric_date, source, account_id, column_name, count(*) as changes
               from core.fct_revision group by all
           ) as counted using (metric_date, source, account_id, column_name)
           where revisions.changes is distinct from counted.changes"""
    )
    assert rows == [(0,)]
    now = whole.rows(
        """select count(*) from core.fct_ad_daily as ads
           inner join (
               select *, row_number() over (partition by entity_id, metric_date order by version desc) as newest
               from core.fct_revision where column_name = 'spend_amount'
           ) as revised on ads.ad_id = revised.entity_id and ads.metric_date = revised.metric_date and newest = 1
           where ads.spend_amount is distinct from revised.new_value"""
    )
    assert now == [(0,)], "the newest answer is what the fact holds"


def test_an_article_that_was_deleted_is_a_revision(whole: Warehouse) -> None:
    """The list of the morning after day 9 is the first that says so; the newest change is what dim_content holds."""
    rows = whole.rows("select content_id, column_name, old_value, new_value, revised_at from core.fct_content_revision")
    assert rows == [("2247500003_1", "is_deleted", "false", "true", datetime.combine(day(10), time(10)))]
    assert whole.rows("select content_id from core.dim_content where is_deleted") == [("2247500003_1",)]
