"""Where things are and how they are reached: folders, ports, secrets, the environment of every service.

This is the one place that knows them. Everything can be overridden by an environment variable of the same name
(a `.env` file is not read: Compose and shells set the environment).
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets as random_secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

SANDBOX = "sandbox"  # the value of WAREHOUSE_ACCOUNTS that asks for the simulated brand
REPO = Path(__file__).resolve().parent.parent
BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")


class SettingsError(ValueError):
    """A setting cannot be used; the message names it, what was expected and what came."""


SECRET_NAMES = (
    "ADMIN_PASSWORD",
    "AIRFLOW_FERNET_KEY",
    "AIRFLOW_JWT_SECRET",
    "IDENTITY_KEY",
    "SITE_SIGNING_KEY",
    "SUPERSET_SECRET_KEY",
    "TOKEN_KEY",
)


@dataclass(frozen=True)
class Settings:
    """Paths, ports and limits. `Settings.load()` reads them from the environment."""

    home: Path
    accounts_file: Path | None
    bind: str
    airflow_port: int
    superset_port: int
    sandbox_port: int
    site_port: int
    sandbox_url: str
    site_url: str
    airflow_url: str
    superset_url: str
    sandbox_seed: int
    sandbox_scale: float
    refresh_deadline_seconds: int
    account_deadline_seconds: int
    keep_snapshots: int
    build_batch_megabytes: float
    schedules: bool
    services_elsewhere: bool

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from the environment (default: this process's)."""
        env = os.environ if environ is None else environ
        accounts_file = _accounts_file(env.get("WAREHOUSE_ACCOUNTS", ""))
        bind = env.get("WAREHOUSE_BIND", "127.0.0.1")
        airflow_port = _number(env, "AIRFLOW_PORT", 8080)
        superset_port = _number(env, "SUPERSET_PORT", 8088)
        sandbox_port = _number(env, "SANDBOX_PORT", 8070)
        site_port = _number(env, "SITE_PORT", 8090)
        return cls(
            home=Path(env.get("WAREHOUSE_HOME", str(REPO / "data"))).expanduser().resolve(),
            accounts_file=accounts_file,
            bind=bind,
            airflow_port=airflow_port,
            superset_port=superset_port,
            sandbox_port=sandbox_port,
            site_port=site_port,
            sandbox_url=env.get("SANDBOX_URL", f"http://127.0.0.1:{sandbox_port}"),
            site_url=env.get("SITE_URL", f"http://127.0.0.1:{site_port}"),
            airflow_url=env.get("AIRFLOW_URL", f"http://127.0.0.1:{airflow_port}"),
            superset_url=env.get("SUPERSET_URL", f"http://127.0.0.1:{superset_port}"),
            sandbox_seed=_number(env, "SANDBOX_SEED", 7),
            sandbox_scale=_number(env, "SANDBOX_SCALE", 1.0),
            refresh_deadline_seconds=_number(env, "REFRESH_DEADLINE_SECONDS", 1200),
            account_deadline_seconds=_number(env, "ACCOUNT_DEADLINE_SECONDS", 900),
            keep_snapshots=max(2, _number(env, "KEEP_SNAPSHOTS", 7)),
            build_batch_megabytes=_number(env, "BUILD_BATCH_MEGABYTES", 192.0),
            schedules=(env.get("WAREHOUSE_SCHEDULES") or ("on" if accounts_file else "off")) == "on",
            services_elsewhere="AIRFLOW_URL" in env,
        )

    # ── folders ──

    @property
    def landing(self) -> Path:
        """Every record as received, scrubbed; append-only."""
        return self.home / "landing"

    @property
    def drop(self) -> Path:
        """Where people and feeds put files: `drop/<source>/`."""
        return self.home / "drop"

    @property
    def sandbox_files(self) -> Path:
        """What the simulated brand keeps for itself: its shop's ERP."""
        return self.home / "sandbox"

    @property
    def imports(self) -> Path:
        """The user's own mappings of exported files: `imports/<source>/<shape>.yml`, beside the accounts file."""
        return (self.accounts_file.parent if self.accounts_file else REPO / "config") / "imports"

    @property
    def tokens(self) -> Path:
        """Encrypted OAuth tokens."""
        return self.home / "tokens"

    @property
    def warehouse(self) -> Path:
        """Builds, snapshots, `current`, audits, Data Docs."""
        return self.home / "warehouse"

    @property
    def build_file(self) -> Path:
        """The file being built; nobody but the build reads it."""
        return self.warehouse / "build" / "next" / "warehouse.duckdb"

    @property
    def stage_file(self) -> Path:
        """Parsed landing; may be deleted at any time, the next build derives it again."""
        return self.warehouse / "stage" / "stage.duckdb"

    @property
    def current(self) -> Path:
        """Symlink to the served snapshot's folder."""
        return self.warehouse / "current"

    @property
    def snapshots(self) -> Path:
        """Published snapshots, one folder each."""
        return self.warehouse / "snapshots"

    @property
    def run(self) -> Path:
        """Process ids, service logs, locks, the last summary."""
        return self.home / "run"

    @property
    def dbt_target(self) -> Path:
        """dbt's target folder: manifest, run results, compiled SQL."""
        return self.home / "dbt" / "target"

    # ── secrets ──

    @cached_property
    def secrets(self) -> dict[str, str]:
        """Generated at first use into `<home>/secrets.env` (mode 0600); environment variables win."""
        file = self.home / "secrets.env"
        values = _read_env_file(file)
        given = {name: os.environ[name] for name in SECRET_NAMES if os.environ.get(name)}
        missing = [name for name in SECRET_NAMES if name not in values and name not in given]
        if missing:
            values.update({name: _new_secret(name) for name in missing})
            self.home.mkdir(parents=True, exist_ok=True)
            draft = file.with_suffix(f".{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
                out.writelines(f"{name}={value}\n" for name, value in sorted(values.items()))
            try:  # another process may have been first: then its secrets hold
                os.link(draft, file) if not file.exists() else draft.replace(file)
            except FileExistsError:
                values = _read_env_file(file)
            finally:
                draft.unlink(missing_ok=True)
        return values | given

    @property
    def identity_key(self) -> bytes:
        """Key of the HMAC that turns user ids into pseudonyms. Changing it makes every person a stranger."""
        return self.secrets["IDENTITY_KEY"].encode()

    @property
    def site_signing_key(self) -> bytes:
        """From which the secret of every site that sends events is derived."""
        return self.secrets["SITE_SIGNING_KEY"].encode()

    # ── accounts ──

    @property
    def uses_sandbox(self) -> bool:
        """No accounts configured: the simulated brand is the target."""
        return self.accounts_file is None

    # ── environments of the services ──

    @property
    def duckdb_limits(self) -> dict[str, str]:
        """What DuckDB may take of the machine while it reads or writes all of a build."""
        return {
            "threads": os.environ.get("BUILD_THREADS", str(os.cpu_count() or 2)),
            "memory_limit": os.environ.get("BUILD_MEMORY", "4GB"),
        }

    def dbt_env(self) -> dict[str, str]:
        """What dbt needs to find the project, the build and its target folder."""
        project = str(REPO / "dbt_project")
        return {
            "DBT_PROJECT_DIR": project,
            "DBT_PROFILES_DIR": project,
            "DBT_TARGET_PATH": str(self.dbt_target),
            "DBT_LOG_PATH": str(self.home / "dbt" / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DBT_PARTIAL_PARSE": "true",
            "DBT_EXCLUDE_RESOURCE_TYPES": "unit_test",  # their input is in the code: `make test` runs them
            "WAREHOUSE_BUILD_FILE": str(self.build_file),
            "WAREHOUSE_STAGE_FILE": str(self.stage_file),
            "BUILD_THREADS": self.duckdb_limits["threads"],
            "BUILD_MEMORY": self.duckdb_limits["memory_limit"],
        }

    def airflow_env(self) -> dict[str, str]:
        """Airflow's configuration, as environment variables; AIRFLOW__* set outside win."""
        airflow_home = self.home / "airflow"
        env = {
            "AIRFLOW_HOME": str(airflow_home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(REPO / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": "8",
            "AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG": "8",
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
            "AIRFLOW__CORE__FERNET_KEY": self.secrets["AIRFLOW_FERNET_KEY"],
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(airflow_home / "passwords.json"),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.airflow_url}/execution/",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{airflow_home}/airflow.db",
            "AIRFLOW__API__HOST": self.bind,
            "AIRFLOW__API__PORT": str(self.airflow_port),
            "AIRFLOW__API__BASE_URL": self.airflow_url,
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API__SECRET_KEY": self.secrets["AIRFLOW_JWT_SECRET"],
            "AIRFLOW__API_AUTH__JWT_SECRET": self.secrets["AIRFLOW_JWT_SECRET"],
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(airflow_home / "logs"),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "2",
            "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "60",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            "AIRFLOW__COSMOS__ENABLE_TELEMETRY": "False",
            "AIRFLOW__COSMOS__PROPAGATE_LOGS": "True",
        }
        return env | {name: value for name, value in os.environ.items() if name.startswith("AIRFLOW__")}

    def service_env(self) -> dict[str, str]:
        """The full environment of a service process: ours, the secrets, telemetry off."""
        return {
            **os.environ,
            **self.secrets,
            **self.dbt_env(),
            **self.airflow_env(),
            "PYTHONPATH": os.pathsep.join(p for p in (str(REPO), os.environ.get("PYTHONPATH", "")) if p),
            "PATH": os.pathsep.join([str(REPO / ".venv" / "bin"), os.environ.get("PATH", "")]),
            "WAREHOUSE_HOME": str(self.home),
            "WAREHOUSE_ACCOUNTS": str(self.accounts_file or SANDBOX),
            "AIRFLOW_PORT": str(self.airflow_port),
            "SUPERSET_PORT": str(self.superset_port),
            "SANDBOX_PORT": str(self.sandbox_port),
            "SITE_PORT": str(self.site_port),
            "SANDBOX_URL": self.sandbox_url,
            "SANDBOX_SEED": str(self.sandbox_seed),
            "SANDBOX_SCALE": str(self.sandbox_scale),
            "AIRFLOW_URL": self.airflow_url,
            "SUPERSET_URL": self.superset_url,
            "REFRESH_DEADLINE_SECONDS": str(self.refresh_deadline_seconds),
            "ACCOUNT_DEADLINE_SECONDS": str(self.account_deadline_seconds),
            "KEEP_SNAPSHOTS": str(self.keep_snapshots),
            "BUILD_BATCH_MEGABYTES": str(self.build_batch_megabytes),
            "GX_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }


def _accounts_file(named: str) -> Path | None:
    """The accounts file; None means the sandbox. A file that was named must be there."""
    if named == SANDBOX:
        return None
    file = Path(named).expanduser().resolve() if named else REPO / "config" / "accounts.yml"
    if named and not file.exists():
        raise SettingsError(f"WAREHOUSE_ACCOUNTS names {file}, which does not exist (`{SANDBOX}` means the sandbox)")
    return file if file.exists() else None


def _number[N: (int, float)](env: Mapping[str, str], name: str, default: N) -> N:
    text = env.get(name) or str(default)
    try:
        return type(default)(text)
    except ValueError:
        raise SettingsError(f"{name}: expected a number such as {default}, got {text!r}") from None


def code_version() -> str:
    """Digest of what decides how landing becomes tables: the dbt project without its tests and papers."""
    digest = hashlib.sha256()
    project = REPO / "dbt_project"
    for part in ("models", "macros", "seeds", "dbt_project.yml"):
        files = [project / part] if (project / part).is_file() else sorted((project / part).rglob("*"))
        for file in files:
            if file.suffix in {".sql", ".csv", ".yml"} and file.is_file():
                digest.update(str(file.relative_to(project)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def now(settings: Settings) -> datetime:
    """The extractors' clock: the sandbox's virtual one, or the wall clock with real accounts (aware, UTC)."""
    if settings.uses_sandbox:
        import httpx

        answer = httpx.get(f"{settings.sandbox_url}/_sandbox/clock", timeout=60).raise_for_status().json()
        return datetime.fromisoformat(answer["now"]).astimezone(UTC)
    return datetime.now(UTC)


def _read_env_file(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    lines = (line.strip() for line in file.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _new_secret(name: str) -> str:
    if name in {"AIRFLOW_FERNET_KEY", "TOKEN_KEY"}:  # Fernet asks for 32 bytes, url-safe base64
        return base64.urlsafe_b64encode(random_secrets.token_bytes(32)).decode()
    if name == "ADMIN_PASSWORD":
        return random_secrets.token_urlsafe(12)
    return random_secrets.token_hex(32)


def write_airflow_passwords(settings: Settings) -> None:
    """The file Airflow's simple auth manager reads its one login from."""
    file = settings.home / "airflow" / "passwords.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
        json.dump({"admin": settings.secrets["ADMIN_PASSWORD"]}, out)
