"""Small hand-made builds, for tests of what happens around dbt."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import UTC, date, datetime

import duckdb

from warehouse.audit import Audit, CheckResult
from warehouse.build import Prepared
from warehouse.settings import Settings

TABLES = """
create schema core; create schema marts; create schema ops; create schema control;
create table core.fct (x bigint);
create table core.fct_web_event (filed_date date, x bigint);
insert into core.fct_web_event values ('2026-11-18', 1), ('2026-11-19', 1), ('2026-11-20', 1);
create table marts.m__a (x bigint);
create table ops.loads as
    select 'load-1' as load_id, 'wechat' as source, 'getusersummary' as resource, true as is_new,
           10 as sightings, 4 as payloads;
create table ops.rejects (source varchar, load_id varchar);
create table ops.gaps (
    source varchar, account varchar, resource varchar, window_start timestamp, window_end timestamp, slices bigint,
    reason varchar, message varchar, action varchar
);
create table ops.freshness as select 'wechat' as source, date '2026-11-20' as as_of_date;
create table control.loads as
    select 'load-1' as load_id, 'wechat' as source, 'a' as account, 'getusersummary' as resource, '' as path,
           timestamp '2026-11-21' as fetched_at, 'added' as change,
           true as is_new;
create table control.rewritten_days (fact varchar, metric_date date);
create table control.dbt_runs as select timestamp '2026-11-21' as began_at;
create table control.accounts as select 'wechat' as source, 'a' as account, 'A' as account_name;
"""


def make_build(settings: Settings, values: list[int]) -> None:
    """A finished build whose core.fct holds VALUES."""
    settings.build_file.parent.mkdir(parents=True, exist_ok=True)
    settings.build_file.unlink(missing_ok=True)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(TABLES)
        connection.executemany("insert into core.fct values (?)", [[v] for v in values])
    _write_prepared(settings, full=True)


def make_morning(settings: Settings, change: str, touched: list[date]) -> None:
    """A finished build on the served snapshot, with CHANGE (SQL) on TOUCHED days of core.fct_web_event."""
    settings.build_file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(settings.current / "warehouse.duckdb", settings.build_file)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(change)
        connection.execute("delete from control.rewritten_days")
        for day in touched:
            connection.execute("insert into control.rewritten_days values ('fct_web_event', ?)", [day])
    _write_prepared(settings, full=False)


def passed(ok: bool = True) -> Audit:
    """A verdict."""
    result = CheckResult("s", "core.fct", "expect_something", "x", ok, "1", "2")
    now = datetime.now(UTC)
    return Audit(now.strftime("%Y%m%dT%H%M%S%fZ"), now.isoformat(), "2026-11-20", ok, 1, int(not ok), [result])


def _write_prepared(settings: Settings, *, full: bool) -> None:
    served = settings.current.resolve().name if settings.current.exists() else None
    prepared = Prepared(served, full, ["load-1"], 1, 0, "code", datetime.now(UTC).isoformat())
    (settings.warehouse / "build" / "prepared.json").write_text(json.dumps(asdict(prepared)))
