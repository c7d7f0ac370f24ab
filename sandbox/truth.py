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
from sandbox.world.time import EPOCH, day_of, midnight
from sandbox.world.wechat.events import DETAIL_DAYS

_MACROS = f"""
create macro day_date(d) as (date '{EPOCH.isoformat()}' + d::integer);
create macro local_time(s) as (make_timestamp((s + 28800) * 1000000));
create macro day_start(d) as ({midnight(0)} + d * 86400);
create macro day_at(s) as ((s - day_start(0)) // 86400);
create macro hour_at(s) as (((s - day_start(0)) // 3600 % 24)::integer);
create macro detail_days() as ({DETAIL_DAYS});
create macro is_ready(d, asked) as (day_start(d + 1) + 28800 <= asked);
create macro whole(a, b) as (a // b);
create macro scaled(numerator, denominator, unit) as (
    case when denominator > 0 then ((2 * numerator * unit + denominator) // (2 * denominator))::bigint end
);
"""

_FOLDER = Path(__file__).parent / "truth_sql"
TABLES = tuple(sorted(folder.name for folder in _FOLDER.iterdir() if folder.is_dir()))
"""The truth's tables, each a folder of pieces: truth_sql/<table>/<source>.sql."""


def macros() -> str:
    """SQL functions for the pieces: days and instants, and what is true of ads on any platform."""
    return _MACROS + (_FOLDER / "ads.sql").read_text(encoding="utf-8")


def pieces(table: str) -> dict[str, str]:
    """The SQL of one truth table by the source that it comes from."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted((_FOLDER / table).glob("*.sql"))}


def truth(world: World, first: date, last: date, as_of: int) -> duckdb.DuckDBPyConnection:
    """An in-memory database with one table per name in TABLES, for the days first..last as true at `as_of`.

    A table is the union of its pieces by name: a column that a piece does not have is null in its rows. campaign,
    ad_group and ad hold every version up to `as_of`, whatever the days.
    """
    bounds = {"first": max(day_of(first), 0), "last": day_of(last), "as_of": as_of}
    world.ensure(max(bounds["last"], 0))
    world.ensure_instant(as_of)
    connection = duckdb.connect()
    connection.execute(macros())
    for name, table in world.tables(bounds["first"], bounds["last"]).items():
        connection.register(name, table)
    for name in TABLES:
        for source, text in pieces(name).items():
            wanted = {key: value for key, value in bounds.items() if f"${key}" in text}
            connection.execute(f"create temp table {name}__{source} as {text}", wanted)
        united = " union all by name ".join(f"(select * from {name}__{source})" for source in pieces(name))
        connection.execute(f"create table {name} as {united}")
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
