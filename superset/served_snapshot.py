"""One snapshot per request: the file a query opens and the key of its cached answer always name the same snapshot.

`current/warehouse.duckdb` is a path through a symlink that a publish switches. Two things would go wrong if every
part of Superset followed that link on its own: DuckDB keeps one instance per path and process, so a new connection to
the same path answers from the old file while another connection is open; and an answer computed just before a switch
would be cached as if it were the new snapshot's. So the link is followed once per request, the result is kept with
the request, and both the connection (`open_served_file`) and the caches (`SnapshotCache`) use it. An answer of a past
snapshot is never found again; nothing has to be cleared on publish.
"""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

from flask import g, has_request_context
from flask_caching.backends.filesystemcache import FileSystemCache
from sqlalchemy.engine.url import URL

#: What a connection to the served file may do: read it, and nothing else. `read_only` alone is not enough: SQL Lab
#: could still read system files, attach other databases and write through COPY (tried on Superset 6.1.0).
HARDENED: dict[str, Any] = {
    "enable_external_access": False,
    "allow_community_extensions": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "lock_configuration": True,
}


def warehouse_file() -> str:
    """Path of the served DuckDB file, through the `current` symlink (env `WAREHOUSE_SERVED_FILE`)."""
    return os.environ["WAREHOUSE_SERVED_FILE"]


def served_file() -> str:
    """The file behind the `current` symlink, the same one for the whole request."""
    if not has_request_context():
        return os.path.realpath(warehouse_file())
    pinned = g.get("served_warehouse_file")
    if pinned is None:
        pinned = g.served_warehouse_file = os.path.realpath(warehouse_file())
    return pinned


def open_served_file(
    uri: URL, params: dict[str, Any], username: str, security_manager: Any, source: Any
) -> tuple[URL, dict[str, Any]]:
    """`DB_CONNECTION_MUTATOR`: every DuckDB connection opens the pinned snapshot, hardened, whatever the asset says.

    All connections of a process to one file must have the same configuration or DuckDB refuses them. Superset puts the
    kind of request into `custom_user_agent`; here it is constant. Any other DuckDB database is refused.
    """
    if uri.get_backend_name() != "duckdb":
        return uri, params
    served = Path(warehouse_file()).absolute()
    if uri.database is None or Path(uri.database).absolute() != served:
        raise PermissionError(f"only the served warehouse may be opened: expected {served}, got {uri.database}")
    params = copy.copy(params)
    params["connect_args"] = {
        "read_only": True,
        "config": {
            **HARDENED,
            "threads": int(os.environ.get("SUPERSET_DUCKDB_THREADS", "2")),
            "memory_limit": os.environ.get("SUPERSET_DUCKDB_MEMORY", "1GB"),
            "custom_user_agent": "superset",
        },
    }
    return uri.set(database=served_file(), query={}), params


class SnapshotCache(FileSystemCache):
    """A file cache whose keys hold the snapshot: what was computed on one is never an answer on another."""

    def _get_filename(self, key: str) -> str:
        if key != self._fs_count_file:  # the cache's own count of files is not data
            key = f"{Path(served_file()).parent}:{key}"
        return super()._get_filename(key)
