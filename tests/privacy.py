"""Search everything below a folder for personal values: bytes of every file, cells of Parquet, DuckDB and SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import ahocorasick
import duckdb


def find(home: Path, values: Iterable[str], but: Path | None = None) -> dict[str, str]:
    """The values found, each with one place; {} when none is written anywhere. What is below BUT is not ours.

    Looks at raw text and at its JSON escapes, so a value is found in logs, metadata and payloads alike.
    """
    wanted = ahocorasick.Automaton()
    for value in values:
        for form in {value, value.encode("unicode_escape").decode()}:
            wanted.add_word(form, value)
    wanted.make_automaton()
    found: dict[str, str] = {}
    for place, text in texts(home):
        if but is None or not Path(place).is_relative_to(but):
            for _, value in wanted.iter(text):
                found.setdefault(value, place)
    return found


def texts(home: Path) -> Iterator[tuple[str, str]]:
    """(place, text) of every file, decoded as far as its format allows."""
    for file in sorted(p for p in home.rglob("*") if p.is_file() and not p.is_symlink()):
        yield str(file), file.name + "\n" + file.read_bytes().decode("utf-8", "ignore")
        if file.suffix == ".parquet":
            with duckdb.connect() as connection:
                yield str(file), "\n".join(_cells(connection, f"read_parquet('{file}', hive_partitioning = false)"))
        elif file.suffix == ".duckdb":
            with duckdb.connect(str(file), read_only=True) as connection:
                tables = connection.execute(
                    "select schema_name, table_name from duckdb_tables() where not internal"
                ).fetchall()
                for schema, table in tables:
                    yield f"{file}: {schema}.{table}", "\n".join(_cells(connection, f'"{schema}"."{table}"'))
        elif file.suffix == ".db":
            with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as metadata:
                yield f"{file} (dump)", "\n".join(metadata.iterdump())


def _cells(connection: duckdb.DuckDBPyConnection, relation: str) -> Iterator[str]:
    columns = [
        name
        for name, kind, *_ in connection.execute(f"describe select * from {relation}").fetchall()
        if "VARCHAR" in kind or "JSON" in kind
    ]
    if columns:
        listed = ", ".join(f'cast("{c}" as varchar)' for c in columns)
        for row in connection.execute(f"select distinct {listed} from {relation}").fetchall():
            yield "\t".join(value for value in row if value)
