"""Seeds that people keep in spreadsheets: a file in `data/drop/_seeds/` takes the place of the shipped one.

`<seed>.csv` (any encoding that spreadsheets write) or `<seed>.xlsx` with the columns of `dbt_project/seeds/<seed>.csv`.
It is checked against what the seed's yml says: columns, types, what must not be empty, accepted values, uniqueness. A
file that does not fit is turned away whole, line by line, and the last one that fitted stays in use. Taking the file
away brings the shipped seed back. Only seeds marked `meta: {drop: true}` can be replaced: those from which nothing is
made that a build keeps.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from extract.imports.reading import Row, Table, UnreadableFile, read_tables
from extract.imports.values import Cell, Unreadable, plain, read_value
from warehouse.settings import REPO, Settings

FOLDER = "_seeds"
SUFFIXES = (".csv", ".xlsx", ".xls")
_SHOWN = 5
_BOOLEANS = {"true": "true", "1": "true", "是": "true", "false": "false", "0": "false", "否": "false"}


class BadSeed(ValueError):
    """A file cannot take the place of its seed; `problems` say line by line what was expected and what came."""

    def __init__(self, problems: list[str]) -> None:
        more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        super().__init__("; ".join(problems[:_SHOWN]) + more)
        self.problems = problems


@dataclass(frozen=True)
class Column:
    """What the yml says of a column."""

    name: str
    type: str
    required: bool = False
    accepted: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True)
class Seed:
    """A seed that a drop may replace."""

    name: str
    columns: tuple[Column, ...]
    unique: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Taken:
    """What a build uses in place of a shipped seed. `problem` says why the newest file was turned away."""

    seed: str
    file: str
    sha256: str
    rows: int
    problem: str = ""
    values: list[list[str | None]] = field(default_factory=list, repr=False)

    def told(self) -> dict[str, Any]:
        """As the manifest keeps it; sha256 is that of the file whose rows are used, empty where the shipped are."""
        return {name: value for name, value in asdict(self).items() if name != "values"}


@cache
def replaceable() -> dict[str, Seed]:
    """Seeds that a drop may replace, by name."""
    found = {}
    for file in sorted((REPO / "dbt_project" / "seeds").glob("*.yml")):
        for told in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("seeds", []):
            if (told["config"].get("meta") or {}).get("drop"):
                found[told["name"]] = _seed(told)
    return found


def _seed(told: dict[str, Any]) -> Seed:
    grains = [test["grain"]["arguments"] for test in told.get("data_tests", []) if "grain" in test]
    keys = {name for grain in grains for name in grain["columns"] if name not in grain.get("nullable", [])}
    columns = []
    for given in told["columns"]:
        tests = given.get("data_tests", [])
        known = {next(iter(t)): t[next(iter(t))].get("arguments", {}) for t in tests if isinstance(t, dict)}
        bounds = known.get("accepted_range", {})
        columns.append(
            Column(
                given["name"],
                told["config"]["column_types"][given["name"]],
                given["name"] in keys or "not_null" in tests,
                tuple(known.get("accepted_values", {}).get("values", ())),
                *(None if (b := bounds.get(k)) is None else Decimal(str(b)) for k in ("min_value", "max_value")),
            )
        )
    return Seed(told["name"], tuple(columns), tuple(tuple(grain["columns"]) for grain in grains))


def read_seed(path: Path, seed: Seed) -> list[list[str | None]]:
    """The rows of a file in the order of the seed's columns, as text that casts to their types. Raises BadSeed."""
    try:
        tables = read_tables(path)
    except UnreadableFile as error:
        raise BadSeed([str(error)]) from None
    if len(tables) > 1:
        raise BadSeed([f"expected one sheet, got {', '.join(table.name for table in tables)}"])
    table = tables[0]
    problems = [f"line {broken.line}: {broken.reason}: {broken.detail}" for broken in table.broken]
    if not table.rows:
        raise BadSeed(problems)
    header, *body = table.rows
    names = [plain(cell).lower() for cell in header.cells]
    wanted = [column.name for column in seed.columns]
    missing, unknown = [n for n in wanted if n not in names], [n for n in names if n and n not in wanted]
    if missing or unknown or len(set(filter(None, names))) < len(wanted):
        came = ", ".join(names)
        raise BadSeed([*problems, f"line {header.line}: expected the columns {', '.join(wanted)}; got {came}"])
    places = [names.index(name) for name in wanted]
    rows: list[list[str | None]] = []
    lines: list[int] = []
    for row in body:
        if row.note:
            problems.append(f"line {row.line}: {row.note}")
        if any(plain(cell) and not (n < len(names) and names[n]) for n, cell in enumerate(row.cells)):
            problems.append(f"line {row.line}: a value outside the {len(wanted)} columns")
        values = []
        for column, place in zip(seed.columns, places, strict=True):
            try:
                values.append(_value(_cell(row, place), column, table))
            except Unreadable as error:
                problems.append(f"line {row.line}, {column.name}: {error}; got {plain(_cell(row, place))!r}")
                values.append(None)
        rows.append(values)
        lines.append(row.line)
    problems += _repeated(seed, rows, lines)
    if problems:
        raise BadSeed(sorted(problems, key=_line))
    return rows


def _cell(row: Row, place: int) -> Cell:
    return row.cells[place] if place < len(row.cells) else None


def _line(problem: str) -> int:
    head = problem.removeprefix("line ").split(",")[0].split(":")[0]
    return int(head) if head.isdecimal() else 0


def _value(cell: Cell, column: Column, table: Table) -> str | None:
    text = plain(cell)
    if text == "":
        if column.required:
            raise Unreadable("expected a value")
        return None
    if column.type in ("date", "timestamp"):
        text = read_value(cell, column.type.replace("stamp", ""), serials_1904=table.serials_1904).text or ""
    elif column.type == "boolean":
        if text.lower() not in _BOOLEANS:
            raise Unreadable("expected true or false")
        text = _BOOLEANS[text.lower()]
    elif column.type != "varchar":
        text = _number(text, column)
    if column.accepted and text not in column.accepted:
        raise Unreadable(f"expected one of {', '.join(column.accepted)}")
    return text


def _number(text: str, column: Column) -> str:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise Unreadable("expected a number") from None
    digits, places = (18, 0)
    if column.type.startswith("decimal"):
        digits, places = (int(part) for part in column.type.strip("decimal() ").split(","))
    if not number.is_finite() or number != round(number, places) or abs(number) >= 10 ** (digits - places):
        what = f"a number of at most {places} digits after the point" if places else "a whole number"
        raise Unreadable(f"expected {what}")
    if (column.least is not None and number < column.least) or (column.most is not None and number > column.most):
        raise Unreadable(f"expected a number from {column.least} to {column.most or '…'}")
    return format(number, "f")


def _repeated(seed: Seed, rows: list[list[str | None]], lines: list[int]) -> Iterator[str]:
    names = [column.name for column in seed.columns]
    for unique in seed.unique:
        seen: dict[tuple[str | None, ...], int] = {}
        for line, row in zip(lines, rows, strict=True):
            key = tuple(row[names.index(name)] for name in unique)
            if key in seen:
                yield f"line {line}: the same {', '.join(unique)} as line {seen[key]}"
            seen.setdefault(key, line)


def dropped(settings: Settings) -> dict[str, list[Path]]:
    """Files in the drop folder of seeds by the name of their seed, also names that no seed has."""
    found: dict[str, list[Path]] = {}
    folder = settings.drop / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.is_file() and not path.name.startswith((".", "~$")):
            known = path.suffix.lower() in SUFFIXES
            found.setdefault(path.stem if known else path.name, []).append(path)
    return found


def take_seeds(settings: Settings) -> list[Taken]:
    """What the next build uses in place of shipped seeds; remembers good files, tells of bad ones in the notices."""
    files = dropped(settings)
    memory = settings.warehouse / "seeds"
    taken = [_take(seed, files.pop(name, []), memory) for name, seed in replaceable().items()]
    found = [one for one in taken if one is not None]
    known = ", ".join(replaceable())
    notices = [
        f"seed {one.seed}: {one.file} was turned away, {_kept(one)}: {one.problem}" for one in found if one.problem
    ]
    notices += [f"{path}: no seed that a file may replace has this name; known: {known}"
                for paths in files.values() for path in paths]  # fmt: skip
    board = settings.run / "notices" / f"{FOLDER}.txt"
    board.unlink(missing_ok=True)
    if notices:
        board.parent.mkdir(parents=True, exist_ok=True)
        board.write_text("\n".join(notices), encoding="utf-8")
    return found


def _kept(taken: Taken) -> str:
    return "the last good one stays" if taken.sha256 else "the shipped one stays"


def _take(seed: Seed, paths: list[Path], memory: Path) -> Taken | None:
    kept, about = memory / f"{seed.name}.csv", memory / f"{seed.name}.json"
    if not paths:
        kept.unlink(missing_ok=True)
        about.unlink(missing_ok=True)
        return None
    name = ", ".join(path.name for path in paths)
    try:
        if len(paths) > 1:
            raise BadSeed([f"expected one file, got {name}"])
        values = read_seed(paths[0], seed)
    except BadSeed as error:
        if not about.exists():
            return Taken(seed.name, name, "", 0, str(error))
        with kept.open(encoding="utf-8", newline="") as file:
            values = [[cell or None for cell in row] for row in csv.reader(file)]
        return Taken(seed.name, name, json.loads(about.read_text())["sha256"], len(values), str(error), values)
    taken = Taken(seed.name, name, hashlib.sha256(paths[0].read_bytes()).hexdigest(), len(values), "", values)
    memory.mkdir(parents=True, exist_ok=True)
    with kept.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(values)
    about.write_text(json.dumps(taken.told()))
    return taken


def write_seeds(connection: duckdb.DuckDBPyConnection, taken: Iterable[Taken]) -> None:
    """control.seed__<name> for each seed that is replaced, where the seeds' post-hooks find it. `control` exists."""
    for (old,) in connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'control' and starts_with(table_name, 'seed__')"
    ).fetchall():
        connection.execute(f'drop table control."{old}"')
    for one in taken:
        if not one.sha256:
            continue
        columns = replaceable()[one.seed].columns
        typed = ", ".join(f"{column.name} {column.type}" for column in columns)
        connection.execute(f"create table control.seed__{one.seed} ({typed})")
        if one.values:
            marks = ", ".join("?" for _ in columns)
            connection.executemany(f"insert into control.seed__{one.seed} values ({marks})", one.values)
