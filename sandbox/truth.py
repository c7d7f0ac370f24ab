"""What is true of the world at an instant, as Parquet shaped like the core tables.

Computed by SQL over the exported events. It shares no code with the servers' aggregation (the `_numbers` modules), so
that one unit of error anywhere between a server and a mart shows. Facts of a day are there from the next day, 08:00,
those of ads from midnight, like on the platforms.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from sandbox.world import World
from sandbox.world.export import ads_tables, hot_tables, wechat_tables
from sandbox.world.time import EPOCH, day_of, midnight
from sandbox.world.wechat import DETAIL_DAYS

_MACROS = f"""
create macro day_date(d) as (date '{EPOCH.isoformat()}' + d::integer);
create macro local_time(s) as (make_timestamp((s + 28800) * 1000000));
create macro day_start(d) as ({midnight(0)} + d * 86400);
create macro day_at(s) as ((s - day_start(0)) // 86400);
create macro hour_at(s) as (((s - day_start(0)) // 3600 % 24)::integer);
create macro detail_days() as ({DETAIL_DAYS});
create macro is_ready(d, asked) as (day_start(d + 1) + 28800 <= asked);
create macro scaled(numerator, denominator, unit) as (
    case when denominator > 0 then ((2 * numerator * unit + denominator) // (2 * denominator))::bigint end
);
"""

TABLES = (
    "account_daily",
    "follower_source_daily",
    "content",
    "content_daily",
    "campaign",
    "ad",
    "ad_daily",
    "comment",
    "hot_topic_hourly",
)


def query(table: str) -> str:
    """The SQL of one truth table."""
    return (Path(__file__).parent / "truth_sql" / f"{table}.sql").read_text(encoding="utf-8")


def truth(world: World, first: date, last: date, as_of: int) -> duckdb.DuckDBPyConnection:
    """An in-memory database with one table per name in TABLES, for the days first..last as true at `as_of`.

    campaign and ad hold every version up to `as_of`, whatever the days.
    """
    bounds = {"first": max(day_of(first), 0), "last": day_of(last), "as_of": as_of}
    world.ensure(max(bounds["last"], 0))
    world.ensure_instant(as_of)
    connection = duckdb.connect()
    connection.execute(_MACROS)
    events = wechat_tables(world) | ads_tables(world) | hot_tables(world, bounds["first"], bounds["last"])
    for name, table in events.items():
        connection.register(name, table)
    for name in TABLES:
        text = query(name)
        wanted = {key: value for key, value in bounds.items() if f"${key}" in text}
        connection.execute(f"create table {name} as {text}", wanted)
    return connection


def write_truth(world: World, out: Path, first: date, last: date, as_of: int) -> dict[str, int]:
    """Writes <name>.parquet for every truth table; returns the rows by name."""
    out.mkdir(parents=True, exist_ok=True)
    connection = truth(world, first, last, as_of)
    rows: dict[str, int] = {}
    for name in TABLES:
        connection.table(name).write_parquet(str(out / f"{name}.parquet"), compression="zstd")
        counted = connection.execute(f"select count(*) from {name}").fetchone()
        rows[name] = int(counted[0]) if counted else 0
    return rows
