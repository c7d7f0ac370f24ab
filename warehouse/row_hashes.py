"""What a snapshot's tables hold, as row counts and hashes: two builds are the same when these are.

A hash is the sum of DuckDB's hashes of the rows, so the order of rows plays no part, and the hash of a table is the sum
over its days. Tables that are rewritten by day of filing are most of a warehouse; of these the snapshot keeps the hash
of each day (`control.day_hashes`), and a build hashes the days that it rewrote, all its batches together
(`control.rewritten_days`, which dbt writes).
"""

from __future__ import annotations

from typing import Any

import duckdb

HASHED_SCHEMAS = ("core", "marts")
FILED_BY_DAY = {
    "core.fct_web_event": "fct_web_event",
    "core.fct_web_event_hourly": "fct_web_event",
    "core.fct_identity_daily": "fct_web_event",
    "core.fct_identity_pair_daily": "fct_web_event",
}
"""Tables that a build rewrites by filed_date and nothing else, with the fact whose touched days these are."""
DAY_HASHES = """
create table if not exists control.day_hashes (
    table_name varchar, filed_date date, rows bigint, hash hugeint, duckdb_version varchar
);
delete from control.day_hashes where duckdb_version <> version();
"""


class UnfiledRowsError(RuntimeError):
    """A table that is rewritten by day of filing holds rows without one."""


def describe_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Rows of every table of core, marts and ops; of core and marts also the hash, as hexadecimal text."""
    connection.execute(DAY_HASHES)
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where not internal and database_name = current_database()"
        " and schema_name in ('core', 'marts', 'ops') order by all"
    ).fetchall()
    described = {}
    for schema, table in tables:
        name = f"{schema}.{table}"
        if name in FILED_BY_DAY:
            rows, total = _sum_of_days(connection, name)
        else:
            wanted = "coalesce(sum(hash(t)), 0)" if schema in HASHED_SCHEMAS else "null"
            rows, total = _row(connection, f'select count(*), {wanted} from "{schema}"."{table}" as t')
        described[name] = {"rows": rows} | ({"hash": f"{int(total):x}"} if total is not None else {})
    return described


def _sum_of_days(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, int]:
    """Rows and hash of a table that is rewritten by day: rewritten days are hashed, the others' hashes are known.

    A day with more or fewer rows than it was hashed with is hashed again, whatever was noted.
    """
    connection.execute(
        "create or replace temp table held_days as"
        f" select filed_date, count(*) as rows from {table} group by filed_date"
    )
    connection.execute(
        """delete from control.day_hashes as known
        where
            table_name = $table
            and (
                filed_date in (select metric_date from control.rewritten_days where fact = $fact)
                or (filed_date, rows) not in (select filed_date, rows from held_days where filed_date is not null)
            )""",
        {"table": table, "fact": FILED_BY_DAY[table]},
    )
    connection.execute(
        f"""insert into control.day_hashes
        select $table, filed_date, count(*), sum(hash(t)), version()
        from {table} as t
        where filed_date in (
            select filed_date from held_days
            except
            select filed_date from control.day_hashes where table_name = $table
        )
        group by filed_date""",
        {"table": table},
    )
    rows, total = _row(
        connection,
        "select coalesce(sum(rows), 0)::bigint, coalesce(sum(hash), 0) from control.day_hashes"
        " where table_name = $table",
        {"table": table},
    )
    (held,) = _row(connection, f"select count(*) from {table}")
    if rows != held:
        raise UnfiledRowsError(
            f"{table} holds {held} rows, {rows} of them on a day of filing: the others cannot be hashed"
        )
    return rows, total


def _row(connection: duckdb.DuckDBPyConnection, sql: str, told: dict[str, str] | None = None) -> Any:
    row = connection.execute(sql, told or {}).fetchone()
    assert row is not None
    return row
