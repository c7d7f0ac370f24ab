"""Prepare a build: clone the served snapshot, tell dbt by control tables which loads are wanted.

A build lives at the fixed path `<home>/warehouse/build/next/` and becomes the next snapshot, or is thrown away. A
history that is too much for one build is built in batches of loads, each by a whole dbt build on what the ones before
have built: any split of the loads gives the same tables.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from extract.landing import Load, list_loads
from warehouse.accounts import configured
from warehouse.seeds import take_seeds, write_seeds
from warehouse.settings import REPO, Settings, code_version

NEXT_BATCH = """
update control.loads
set change = case change when 'added' then 'kept' when 'removed' then 'excluded' else change end;
insert into control.loads by name
select * exclude (batch) from control.loads_to_come where batch = (select min(batch) from control.loads_to_come);
delete from control.loads_to_come where batch = (select min(batch) from control.loads_to_come);
delete from control.dbt_runs;
"""
CONTROL = """
create schema if not exists control;
create or replace table control.loads (
    load_id varchar, source varchar, account varchar, resource varchar, path varchar, fetched_at timestamp,
    change varchar, is_new boolean
);
create or replace table control.loads_to_come as select *, 0 as batch from control.loads;
create or replace table control.accounts (source varchar, account varchar, account_name varchar);
create or replace table control.rewritten_days (fact varchar, metric_date date);
create or replace table control.dbt_runs (began_at timestamp);
"""


@dataclass(frozen=True)
class Prepared:
    """What a build starts from."""

    served_snapshot: str | None
    full: bool
    loads: list[str]
    added: int
    removed: int
    code_version: str
    prepared_at: str
    seeds: list[dict[str, Any]] = field(default_factory=list)
    """Files that take the place of shipped seeds, or tried to."""


class BuildError(RuntimeError):
    """The build cannot start; the message says why and what to do."""


def served_manifest(settings: Settings) -> dict[str, Any] | None:
    """The manifest of the snapshot being served, or None on an empty warehouse."""
    file = settings.current / "manifest.json"
    try:
        return json.loads(file.read_text()) if file.exists() else None
    except ValueError as error:
        raise BuildError(f"{file} cannot be read ({error}): `make rollback TO=<id>` serves another snapshot") from None


def excluded_loads(settings: Settings) -> set[str]:
    """Loads that people excluded by name: one load id a line in `<home>/warehouse/excluded_loads.txt`."""
    file = settings.warehouse / "excluded_loads.txt"
    lines = file.read_text().splitlines() if file.exists() else []
    return {line.split("#")[0].strip() for line in lines} - {""}


def prepare(settings: Settings, *, rebuild: bool = False) -> Prepared:
    """Clone the served snapshot (or start empty) and write the control tables of the next build, of its first batch.

    Starts empty when nothing is served yet, when the models changed since (their digest is in the manifest), when a
    REBUILD is wanted, or when the file of a served load is gone and people excluded it: nothing then tells which rows
    were its own. `stage` is derived from landing again, too, but for the first case.
    """
    mark = settings.warehouse / "build" / "prepared.json"
    mark.unlink(missing_ok=True)
    version = code_version()
    served = served_manifest(settings)
    excluded = excluded_loads(settings)
    landed = {load.load_id: load for load in list_loads(settings.landing)}
    gone = set(served["loads"] if served else ()) - landed.keys()
    lost = sorted(gone - excluded)
    if lost:
        raise BuildError(
            f"{len(lost)} loads of the served snapshot are no longer in {settings.landing} (first: {lost[0]}). "
            "Landing is append-only: restore the files, or name the lost loads in "
            f"{settings.warehouse}/excluded_loads.txt."
        )
    full = rebuild or served is None or served["code_version"] != version or bool(gone)
    settings.build_file.parent.mkdir(parents=True, exist_ok=True)
    refuse_if_open(settings.build_file)
    shutil.rmtree(settings.build_file.parent)
    settings.build_file.parent.mkdir(parents=True)
    if not full:
        shutil.copyfile(settings.current.resolve() / "warehouse.duckdb", settings.build_file)
    _match_stage(settings, version, again=rebuild or bool(gone))

    wanted = {load_id: load for load_id, load in landed.items() if load_id not in excluded}
    applied = set() if full or served is None else set(served["loads"])
    changes = {load_id: _change(load_id in wanted, load_id in applied) for load_id in sorted(landed)}
    batches = _batches([landed[load_id] for load_id, change in changes.items() if change == "added"], settings)
    loads_to_come = pa.Table.from_pylist(
        [
            {"load_id": load_id, "source": load.source, "account": load.account, "resource": load.resource,
             "path": str(load.path), "fetched_at": load.fetched_at, "change": changes[load_id],
             "is_new": changes[load_id] == "added", "batch": batches.get(load_id, 0)}
            for load_id, load in sorted(landed.items())
        ]
    )  # fmt: skip
    seeds = take_seeds(settings)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(CONTROL)
        write_seeds(connection, seeds)
        if landed:  # as one table: row by row, a year of loads takes a minute
            connection.register("landed_loads", loads_to_come)
            connection.execute("insert into control.loads_to_come by name select * from landed_loads")
            connection.execute(NEXT_BATCH)
        names = [(a.source, a.account, a.name) for a in configured(settings)]
        connection.executemany("insert into control.accounts values (?, ?, ?)", names)
    count = Counter(changes.values())
    prepared = Prepared(
        served_snapshot=served["snapshot_id"] if served else None,
        full=full,
        loads=sorted(wanted),
        added=count["added"],
        removed=count["removed"],
        code_version=version,
        prepared_at=datetime.now(UTC).isoformat(),
        seeds=[one.told() for one in seeds],
    )
    mark.write_text(json.dumps(asdict(prepared)))
    return prepared


def build_batches(settings: Settings, say: Callable[[str], None] = print) -> None:
    """Build the prepared batches but the last, with every data test. BuildError with dbt's words when one is red."""
    command = [str(Path(sys.executable).parent / "dbt"), "build", "--quiet"]
    done = 0
    while left := _batches_left(settings):
        done += 1
        say(f"batch {done} of {done + left}: dbt build")
        told = subprocess.run(
            command, env={**os.environ, **settings.dbt_env()}, cwd=REPO / "dbt_project", capture_output=True, text=True
        )
        if told.returncode:
            raise BuildError(
                f"dbt build failed in batch {done} of {done + left}:\n{told.stdout[-4000:]}{told.stderr[-1000:]}"
            )
        next_batch(settings)


def next_batch(settings: Settings) -> bool:
    """Say which loads the next dbt build adds to what is built. False when none are left."""
    left = _batches_left(settings)
    if left:
        with duckdb.connect(str(settings.build_file)) as connection:
            connection.execute(NEXT_BATCH)
    return left > 0


def last_prepared(settings: Settings) -> Prepared | None:
    """What the newest build (running, published or thrown away) started from."""
    file = settings.warehouse / "build" / "prepared.json"
    return Prepared(**json.loads(file.read_text())) if file.exists() else None


def refuse_if_open(file: Path) -> None:
    """Raise BuildError when another process still holds the database FILE."""
    if not file.exists():
        return
    try:
        duckdb.connect(str(file), read_only=True).close()
    except duckdb.Error as error:
        if "lock" not in str(error):
            return  # broken by a crash: it is thrown away anyway
        raise BuildError(
            f"The build file {file} is held by another process; end it first. DuckDB says: {error}"
        ) from None


def _change(wanted: bool, applied: bool) -> str:
    if wanted:
        return "kept" if applied else "added"
    return "removed" if applied else "excluded"  # staged all the same: later hashes may point to its payloads


def _batches(loads: list[Load], settings: Settings) -> dict[str, int]:
    """The batch, from 0, of each load: as many in a row as fit in BUILD_BATCH_MEGABYTES of landing, at least one."""
    sharing = Counter(load.path for load in loads)
    found, landed_bytes = {}, 0.0
    for load in loads:
        found[load.load_id] = int(landed_bytes / (settings.build_batch_megabytes * 1e6))
        landed_bytes += load.path.stat().st_size / sharing[load.path]
    return found


def _batches_left(settings: Settings) -> int:
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        row = connection.execute("select count(distinct batch) from control.loads_to_come").fetchone()
    return row[0] if row else 0


def _match_stage(settings: Settings, version: str, *, again: bool) -> None:
    """`stage` is derived from landing by the models: with other models (or when asked) it is derived AGAIN."""
    mark = settings.stage_file.with_name("code_version")
    if not again and mark.exists() and mark.read_text() == version:
        return
    settings.stage_file.parent.mkdir(parents=True, exist_ok=True)
    for file in (settings.stage_file, settings.stage_file.with_name(settings.stage_file.name + ".wal")):
        file.unlink(missing_ok=True)
    mark.write_text(version)


def loads_waiting(settings: Settings) -> int:
    """How many wanted loads landed after the newest build was prepared."""
    prepared = last_prepared(settings)
    wanted = {load.load_id for load in list_loads(settings.landing)} - excluded_loads(settings)
    return len(wanted - set(prepared.loads)) if prepared else len(wanted)
