"""Superset as a process: prepare its metadata database, start it, wait until it is healthy, stop it.

A first metadata database costs 10 CPU seconds (17 through the three commands of the manual); it does not depend on
secrets, so it is made once per version and configuration, kept as a template and copied.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

#: Settings of superset_config.py that people may set from outside.
SETTABLE = {
    "SUPERSET_CACHE_SECONDS",
    "SUPERSET_DUCKDB_MEMORY",
    "SUPERSET_DUCKDB_THREADS",
    "SUPERSET_HTTPS",
    "SUPERSET_LOCALE",
}


class ServerError(RuntimeError):
    """Superset could not be prepared, started or stopped. The message ends with its log."""


@dataclass(frozen=True)
class Server:
    """Where a Superset lives and how it is reached.

    `config` is the repository's `superset/` folder, `environment` the virtual environment Superset is installed in,
    `home` Superset's own data folder, `warehouse_file` the served DuckDB file through `current/`, `templates` the
    folder for prepared metadata databases (default: beside `home`).
    """

    config: Path
    environment: Path
    home: Path
    warehouse_file: Path
    secret_key: str
    admin_password: str
    admin_user: str = "admin"
    bind: str = "127.0.0.1"
    port: int = 8088
    workers: int = 2
    threads: int = 8
    templates: Path | None = None
    metadata_uri: str | None = None
    extra_env: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Address on this machine."""
        host = "127.0.0.1" if self.bind in {"0.0.0.0", "::"} else self.bind
        return f"http://{host}:{self.port}"

    @property
    def cache_folder(self) -> Path:
        """Where answers are cached."""
        return self.home / "cache"

    def env(self) -> dict[str, str]:
        """The environment of every Superset process."""
        env = {
            name: value
            for name, value in os.environ.items()
            if name in SETTABLE or not name.startswith(("SUPERSET_", "FLASK_"))
        }
        env |= {
            "PYTHONPATH": str(self.config.resolve()),
            "PATH": f"{self.environment.absolute() / 'bin'}{os.pathsep}{env.get('PATH', '')}",
            "SUPERSET_HOME": str(self.home.resolve()),
            "SUPERSET_CACHE_DIR": str(self.cache_folder.resolve()),
            "SUPERSET_SECRET_KEY": self.secret_key,
            "SUPERSET_PORT": str(self.port),
            "SUPERSET_ADMIN_USER": self.admin_user,
            "SUPERSET_ADMIN_PASSWORD": self.admin_password,
            "WAREHOUSE_SERVED_FILE": str(self.warehouse_file.absolute()),
            "SCARF_ANALYTICS": "false",
            "DO_NOT_TRACK": "1",
        }
        if self.metadata_uri:
            env["SUPERSET_METADATA_URI"] = self.metadata_uri
        return env | dict(self.extra_env)

    @property
    def python(self) -> Path:
        """Superset's interpreter."""
        return self.environment.absolute() / "bin" / "python"


def template_key(config: Path) -> str:
    """What a prepared metadata database depends on: the locked packages, the configuration, the bootstrap."""
    digest = hashlib.sha256()
    for name in ("requirements.txt", "superset_config.py", "served_snapshot.py", "bootstrap.py"):
        digest.update(name.encode() + b"\0" + (config / name).read_bytes())
    return digest.hexdigest()[:20]


def prepare(server: Server) -> None:
    """Make the metadata database, or bring an existing one to the installed version; set the administrator's password.

    SQLite: copied from a template when there is one for this version. Another database (`metadata_uri`): upgraded in
    place every time. Raises ServerError with the log's end.
    """
    server.home.mkdir(parents=True, exist_ok=True)
    server.home.chmod(0o700)  # the caches hold pickles
    if server.metadata_uri:
        _bootstrap(server, server.home / "bootstrap.log")
        return
    database, stamp = server.home / "superset.db", server.home / "superset.version"
    key = template_key(server.config)
    if not database.exists():
        template = _template(server, key)
        draft = database.with_suffix(".draft")
        shutil.copyfile(template, draft)
        draft.replace(database)
        stamp.write_text(key)
    elif not stamp.exists() or stamp.read_text() != key:
        _bootstrap(server, server.home / "bootstrap.log")
        stamp.write_text(key)
    _set_admin(database, server.admin_user, server.admin_password)


def _template(server: Server, key: str) -> Path:
    folder = server.templates or server.home.parent / "superset-templates"
    template = folder / f"{key}.db"
    if template.exists():
        return template
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        making = Server(
            config=server.config,
            environment=server.environment,
            home=Path(work),
            warehouse_file=server.warehouse_file,
            secret_key=secrets.token_hex(32),
            admin_password=secrets.token_urlsafe(16),
            admin_user=server.admin_user,
        )
        _bootstrap(making, Path(work) / "bootstrap.log")
        (Path(work) / "superset.db").replace(template)
    for old in sorted(folder.glob("*.db"), key=lambda p: p.stat().st_mtime)[:-3]:
        old.unlink(missing_ok=True)
    return template


def _bootstrap(server: Server, log: Path) -> None:
    with log.open("w") as out:
        steps = [str(server.python), str(server.config / "bootstrap.py")]
        done = subprocess.run(steps, env=server.env(), stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise ServerError(f"{' '.join(steps)} ended with {done.returncode}:\n{_tail(log)}")


def _set_admin(database: Path, user: str, password: str) -> None:
    """Write the administrator's password hash (werkzeug's scrypt form) into the SQLite metadata database."""
    salt = secrets.token_hex(8)
    digest = hashlib.scrypt(password.encode(), salt=salt.encode(), n=32768, r=8, p=1, maxmem=64 * 1024 * 1024)
    with contextlib.closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        row = (f"scrypt:32768:8:1${salt}${digest.hex()}", user)
        if connection.execute("update ab_user set password = ?, active = 1 where username = ?", row).rowcount != 1:
            raise ServerError(f"{database} has no user {user!r}; delete the file to have it made again")


def command(server: Server) -> list[str]:
    """The web server in the foreground."""
    return [
        *(str(server.python), "-m", "gunicorn", "--worker-class", "gthread"),
        *("--workers", str(server.workers), "--threads", str(server.threads), "--timeout", "120"),
        *("--bind", f"{server.bind}:{server.port}", "--limit-request-line", "0", "--no-control-socket"),
        "superset.app:create_app()",
    ]


def answers(url: str) -> bool:
    """Whether a Superset is up at this address."""
    try:
        return httpx.get(f"{url}/health", timeout=5).text == "OK"
    except httpx.HTTPError:
        return False


def _tail(log: Path, lines: int = 25) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
