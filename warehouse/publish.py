"""Turn a build that passed its audit into the served snapshot; list snapshots; roll back.

`snapshots/<id>/warehouse.duckdb` never changes once published; `current` is a symlink that is replaced atomically,
so a reader sees one snapshot or the next, never a half.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse.audit import AUDITS_TABLE, Audit, audit_history
from warehouse.build import last_prepared, served_manifest
from warehouse.row_hashes import describe_tables
from warehouse.settings import BUSINESS_ZONE, Settings

log = logging.getLogger(__name__)


class PublishError(RuntimeError):
    """Nothing was published; the message says why."""


@dataclass(frozen=True)
class Snapshot:
    """A published snapshot."""

    snapshot_id: str
    as_of_date: str
    published_at: str
    is_served: bool
    rows: int
    path: Path


def publish(settings: Settings, audit: Audit) -> dict[str, Any]:
    """Write the manifest, rename the build to a snapshot, switch `current`. Returns the manifest.

    Raises PublishError, leaving the served snapshot as it is, when the audit failed or the file is not clean.
    """
    if not audit.passed:
        raise PublishError(f"The audit failed, nothing is published: {audit.headline()}")
    prepared = last_prepared(settings)
    if prepared is None or not settings.build_file.exists():
        raise PublishError(f"No build to publish: {settings.build_file} does not exist")
    served = settings.current.resolve().name if settings.current.exists() else None
    if served != prepared.served_snapshot:
        raise PublishError(
            f"While this was built on {prepared.served_snapshot}, {served} came to be served (a roll-back?): "
            "refresh again"
        )
    published_at = datetime.now(UTC)
    snapshot_id = published_at.strftime("%Y%m%dT%H%M%S%fZ")
    with duckdb.connect(str(settings.build_file), config=dict(settings.duckdb_limits)) as connection:
        _write_ops(connection, settings, snapshot_id, published_at, audit, prepared.code_version)
        _refuse_views(connection)
        manifest = {
            "snapshot_id": snapshot_id,
            "as_of_date": audit.as_of_date,
            "published_at": published_at.isoformat(),
            "previous_snapshot": prepared.served_snapshot,
            "code_version": prepared.code_version,
            "duckdb_version": duckdb.__version__,
            "loads": wanted_loads(connection),
            "added_loads": prepared.added,
            "removed_loads": prepared.removed,
            "seeds": prepared.seeds,
            "tables": describe_tables(connection),
            "audit": {k: v for k, v in asdict(audit).items() if k != "results"},
            "refresh": summarize_sources(connection),
        }
        connection.execute("checkpoint")
    if settings.build_file.with_name(settings.build_file.name + ".wal").exists():
        raise PublishError(f"A write-ahead log lies beside {settings.build_file}: the file is not complete")
    folder = settings.snapshots / snapshot_id
    settings.snapshots.mkdir(parents=True, exist_ok=True)
    (settings.build_file.parent / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False))
    for file in settings.build_file.parent.iterdir():
        _fsync(file)
    _fsync(settings.build_file.parent)
    settings.build_file.parent.rename(folder)
    _fsync(settings.snapshots)
    serve(settings, snapshot_id)
    prune(settings)
    return manifest


def serve(settings: Settings, snapshot_id: str) -> None:
    """Point `current` at the snapshot, atomically."""
    if snapshot_id not in {file.parent.name for file in settings.snapshots.glob("*/warehouse.duckdb")}:
        known = ", ".join(s.snapshot_id for s in snapshots(settings)) or "none"
        raise PublishError(f"No snapshot {snapshot_id!r}; known: {known}")
    draft = settings.warehouse / f".current-{os.getpid()}"
    draft.unlink(missing_ok=True)
    draft.symlink_to(Path("snapshots") / snapshot_id)
    draft.replace(settings.current)
    _fsync(settings.warehouse)


def snapshots(settings: Settings) -> list[Snapshot]:
    """All complete snapshots, oldest first."""
    served = settings.current.resolve().name if settings.current.exists() else None
    found = []
    for file in sorted(settings.snapshots.glob("*/manifest.json")):
        try:
            manifest = json.loads(file.read_text())
        except ValueError:
            log.warning("%s cannot be read: the snapshot is not listed", file)
            continue
        rows = sum(table["rows"] for table in manifest["tables"].values())
        found.append(
            Snapshot(
                manifest["snapshot_id"],
                manifest["as_of_date"],
                manifest["published_at"],
                manifest["snapshot_id"] == served,
                rows,
                file.parent,
            )
        )
    return found


def rollback(settings: Settings, to: str | None = None) -> str:
    """Serve TO, or the snapshot that was served before the present one was published; returns its id.

    The next build starts from it.
    """
    known = [s.snapshot_id for s in snapshots(settings)]
    if to is None:
        served = settings.current.resolve().name if settings.current.exists() else None
        manifest = served_manifest(settings) or {}
        to = manifest.get("previous_snapshot")
        if to not in known:
            raise PublishError(f"No snapshot before the served one ({served}); known: {', '.join(known) or 'none'}")
    serve(settings, to)
    return to


def prune(settings: Settings) -> list[str]:
    """Delete the oldest snapshots beyond KEEP_SNAPSHOTS, never the served one. Returns the deleted."""
    old = [s for s in snapshots(settings)[: -settings.keep_snapshots] if not s.is_served]
    for snapshot in old:
        shutil.rmtree(snapshot.path)
    return [s.snapshot_id for s in old]


def wanted_loads(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The loads that the build holds."""
    query = "select load_id from control.loads where change in ('kept', 'added') order by 1"
    return [row[0] for row in connection.execute(query).fetchall()]


def summarize_sources(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Per source what this build added: records fetched, landed (new payloads), rejected, gaps open."""
    rows = connection.execute("""
        with added as (
            select source, sum(sightings) as fetched, sum(payloads) as landed
            from ops.loads where is_new and not starts_with(resource, '_') group by all
        ),
        rejected as (
            select r.source, count(*) as rejected
            from ops.rejects as r inner join control.loads as l using (load_id)
            where l.is_new group by all
        ),
        open_gaps as (select source, count(*) as gaps from ops.gaps group by all)
        select source, coalesce(fetched, 0), coalesce(landed, 0), coalesce(rejected, 0), coalesce(gaps, 0)
        from (select distinct source from control.accounts) left join added using (source)
        left join rejected using (source) left join open_gaps using (source) order by source
    """).fetchall()
    return [dict(zip(("source", "fetched", "landed", "rejected", "gaps"), row, strict=True)) for row in rows]


def _write_ops(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    snapshot_id: str,
    published_at: datetime,
    audit: Audit,
    version: str,
) -> None:
    connection.execute("""
        create or replace table ops.snapshot (
            snapshot_id varchar, as_of_date date, published_at timestamp, audit_passed boolean, checks integer,
            failed_checks integer, code_version varchar
        )
    """)
    connection.execute(
        "insert into ops.snapshot values (?, ?, ?, ?, ?, ?, ?)",
        [
            snapshot_id,
            audit.as_of_date,
            published_at.astimezone(BUSINESS_ZONE).replace(tzinfo=None),
            audit.passed,
            audit.checks,
            audit.failed_checks,
            version,
        ],
    )
    connection.execute(AUDITS_TABLE)
    rows = audit_history(settings)
    if rows:
        connection.executemany("insert into ops.audits values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _refuse_views(connection: duckdb.DuckDBPyConnection) -> None:
    views = connection.execute(
        "select schema_name || '.' || view_name from duckdb_views()"
        " where not internal and database_name = current_database()"
    ).fetchall()
    if views:
        names = ", ".join(v[0] for v in views)
        raise PublishError(
            f"The build holds views, which do not survive publishing: {names}. Materialize them as tables"
        )


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
