"""Bring a running Superset to the state of the files. Repeating it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from warehouse.bi.bundle import Assets, build_bundle
from warehouse.bi.checks import check_assets
from warehouse.bi.client import KINDS, Superset
from warehouse.bi.compile import CompileError


@dataclass
class SyncReport:
    """What a sync left: objects in the files by kind, and what it removed."""

    as_of: date | None
    present: dict[str, int]
    removed: list[str] = field(default_factory=list)
    cache_files: int = 0

    def message(self) -> str:
        """One line for a log."""
        counts = ", ".join(f"{count} {kind}{'s' if count != 1 else ''}" for kind, count in self.present.items())
        removed = f"; removed {', '.join(self.removed)}" if self.removed else ""
        return f"Superset holds {counts}; default range ends {self.as_of or 'open'}{removed}"


def read_as_of(warehouse_file: Path) -> date | None:
    """The served snapshot's as-of date; None when there is no snapshot yet. Opens the file read-only, briefly."""
    if not warehouse_file.exists():
        return None
    with duckdb.connect(str(warehouse_file.resolve()), read_only=True) as connection:
        known = connection.execute(
            "select count(*) from information_schema.tables where table_schema = 'ops' and table_name = 'snapshot'"
        ).fetchone()
        if not known or not known[0]:
            return None
        row = connection.execute("select max(as_of_date) from ops.snapshot").fetchone()
    found: date | None = row[0] if row else None
    return found


def sync(
    url: str, user: str, password: str, assets_folder: Path, warehouse_file: Path, cache_folder: Path | None = None
) -> SyncReport:
    """Check the files, import them, remove what they no longer hold, clear the caches.

    `warehouse_file` is the served file through the `current` symlink, as Superset sees it. Removed are objects that
    an earlier sync made (`is_managed_externally`); what people made in Superset stays. Clearing `cache_folder` (the
    server's `SUPERSET_CACHE_DIR`) only frees space: answers are keyed by snapshot. Raises CompileError when the files
    do not fit together, SupersetError when Superset refuses.
    """
    assets = Assets.read(assets_folder)
    problems = check_assets(assets)
    if problems:
        raise CompileError("BI assets do not fit together, nothing was imported:\n" + "\n".join(problems))
    as_of = read_as_of(warehouse_file)
    with Superset(url, user, password) as superset:
        superset.import_assets(build_bundle(assets, warehouse_file, as_of))
        removed = _remove_stale(superset, assets)
    report = SyncReport(as_of, {kind: len(ids) for kind, ids in assets.uuids().items()}, removed)
    if cache_folder is not None:
        report.cache_files = clear_cache(cache_folder)
    return report


def _remove_stale(superset: Superset, assets: Assets) -> list[str]:
    removed = []
    for kind in KINDS:
        wanted = assets.uuids()[kind]
        for item in list(superset.listing(kind)):
            if item["uuid"] in wanted:
                continue
            detail = superset.detail(kind, item["id"])
            if detail.get("is_managed_externally"):
                superset.delete(kind, item["id"])
                name = next(
                    (detail[k] for k in ("slug", "slice_name", "table_name", "database_name") if detail.get(k)), ""
                )
                removed.append(f"{kind} {name or item['id']}")
    return removed


def clear_cache(folder: Path) -> int:
    """Delete cached answers; returns how many files. Safe while Superset runs."""
    files = [path for path in folder.glob("data/*") if path.is_file()]
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)
