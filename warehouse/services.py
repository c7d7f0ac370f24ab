"""Start, watch and stop the local processes: sandbox, Airflow's four; each in a process group of its own.

A process is known by its pid file in `<home>/run/<name>.pid` (pid and start time, so that a reused pid is never
stopped); its output goes to `<home>/run/logs/<name>.log`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from warehouse.settings import REPO, Settings, write_airflow_passwords

AIRFLOW_PARTS = ("api-server", "scheduler", "dag-processor", "triggerer")


class ServiceError(RuntimeError):
    """A service did not start or stop; the message names its log."""


@dataclass(frozen=True)
class Process:
    """A process we started, as its pid file tells it."""

    name: str
    pid: int
    started: str

    @property
    def alive(self) -> bool:
        """Still the same process, not a later one with its number."""
        return _start_time(self.pid) == self.started


def start(settings: Settings, name: str, command: list[str], env: dict[str, str], cwd: Path = REPO) -> Process:
    """Start COMMAND detached, unless NAME already runs."""
    running = find(settings, name)
    if running:
        return running
    log = log_file(settings, name)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        child = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    process = Process(name, child.pid, _start_time(child.pid) or "")
    _pid_file(settings, name).write_text(f"{process.pid} {process.started}\n")
    return process


def find(settings: Settings, name: str) -> Process | None:
    """The running process of that name, or None."""
    file = _pid_file(settings, name)
    if not file.exists():
        return None
    pid, _, started = file.read_text().strip().partition(" ")
    if not pid.isdigit():
        return None
    process = Process(name, int(pid), started)
    return process if process.alive else None


def stop(settings: Settings, *names: str, grace_seconds: float = 20) -> list[str]:
    """Stop these services and all they started: SIGTERM to their groups, SIGKILL after the grace. Returns who ran."""
    running = [process for name in names if (process := find(settings, name))]
    for process in running:
        _signal_group(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while time.monotonic() < deadline and any(_group_alive(p.pid) for p in running):
        _reap(running)
        time.sleep(0.1)
    for process in running:
        if _group_alive(process.pid):
            _signal_group(process.pid, signal.SIGKILL)
    _reap(running)
    for name in names:
        _pid_file(settings, name).unlink(missing_ok=True)
    return [p.name for p in running]


def wait_healthy(settings: Settings, name: str, healthy: Callable[[], bool], seconds: float) -> None:
    """Poll until HEALTHY, the process dies (error) or SECONDS pass (error)."""
    deadline = time.monotonic() + seconds
    while not healthy():
        if find(settings, name) is None:
            raise ServiceError(
                f"{name} ended while starting. Last lines of {log_file(settings, name)}:\n{_tail(settings, name)}"
            )
        if time.monotonic() > deadline:
            raise ServiceError(f"{name} was not healthy after {seconds:.0f} s; see {log_file(settings, name)}")
        time.sleep(0.3)


# ── sandbox ──


def start_sandbox(settings: Settings) -> bool:
    """Start the sandbox unless it answers already. True when this call started it."""
    health = f"{settings.sandbox_url}/_sandbox/health"
    if _answers(health):
        return False
    if settings.services_elsewhere:
        return _await_elsewhere("the sandbox", settings.sandbox_url, lambda: _answers(health))
    refuse_taken_port(settings, "SANDBOX_PORT", settings.sandbox_port)
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "serve",
        "--host",
        settings.bind,
        "--port",
        str(settings.sandbox_port),
    ]
    start(settings, "sandbox", command, settings.service_env())
    with stopped_on_failure(settings, "sandbox"):
        wait_healthy(settings, "sandbox", lambda: _answers(health), 60)
    return True


def sandbox_command(settings: Settings) -> list[str]:
    """How the sandbox is started."""
    return [sys.executable, "-m", "sandbox", "serve", "--host", settings.bind, "--port", str(settings.sandbox_port)]


# ── the receiver of the site's events ──


def start_site(settings: Settings) -> bool:
    """Start the receiver if a site is configured, unless it answers already. True when this call started it."""
    health = f"{settings.site_url}/health"
    if not site_accounts(settings) or _answers(health):
        return False
    if settings.services_elsewhere:
        return _await_elsewhere("the receiver", settings.site_url, lambda: _answers(health))
    refuse_taken_port(settings, "SITE_PORT", settings.site_port)
    start(settings, "site", site_command(settings), settings.service_env())
    with stopped_on_failure(settings, "site"):
        wait_healthy(settings, "site", lambda: _answers(health), 60)
    return True


def site_accounts(settings: Settings) -> list[str]:
    """The accounts whose site sends events."""
    from warehouse.accounts import configured

    return [account.account for account in configured(settings) if account.source == "site"]


def site_command(settings: Settings) -> list[str]:
    """How the receiver is started."""
    where = ["--host", settings.bind, "--port", str(settings.site_port), "--spool", str(settings.drop / "site")]
    accounts = [part for account in site_accounts(settings) for part in ("--account", account)]
    return [sys.executable, "-m", "extract.site", *where, *accounts]


# ── Airflow ──


def start_airflow(settings: Settings, *, schedules: bool, progress: Callable[[str], None] = print) -> bool:
    """Start Airflow's four processes unless they run already. True when this call started them.

    Without SCHEDULES the DAGs run only when triggered (a single `make refresh`).
    """
    if airflow_healthy(settings):
        return False
    if settings.services_elsewhere:
        return _await_elsewhere("Airflow", settings.airflow_url, lambda: airflow_healthy(settings))
    refuse_taken_port(settings, "AIRFLOW_PORT", settings.airflow_port)
    env = airflow_service_env(settings) | {"WAREHOUSE_SCHEDULES": "on" if schedules else "off"}
    write_airflow_passwords(settings)
    progress("preparing Airflow's metadata")
    migrate_airflow(env)
    progress("starting Airflow")
    with stopped_on_failure(settings, *(f"airflow-{part}" for part in AIRFLOW_PARTS)):
        for part in AIRFLOW_PARTS:
            start(settings, f"airflow-{part}", [_bin("airflow"), part], env)
        wait_healthy(settings, "airflow-api-server", lambda: airflow_healthy(settings), 180)
    return True


def migrate_airflow(env: dict[str, str]) -> None:
    """Create or update Airflow's metadata tables."""
    done = subprocess.run([_bin("airflow"), "db", "migrate"], env=env, cwd=REPO, capture_output=True, text=True)
    if done.returncode:
        raise ServiceError(f"`airflow db migrate` failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def stop_airflow(settings: Settings) -> list[str]:
    """Stop Airflow's four processes."""
    return stop(settings, *(f"airflow-{part}" for part in AIRFLOW_PARTS))


def airflow_service_env(settings: Settings) -> dict[str, str]:
    """The environment of Airflow's processes: the services' own and, without accounts, the sandbox's connections."""
    from warehouse.accounts import sandbox_connections

    env = settings.service_env()
    return env | sandbox_connections(settings) if settings.uses_sandbox else env


def airflow_healthy(settings: Settings) -> bool:
    """API up, scheduler, DAG processor and triggerer alive."""
    try:
        answer = httpx.get(f"{settings.airflow_url}/api/v2/monitor/health", timeout=5)
        parts = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return False
    return all(
        (parts.get(part) or {}).get("status") == "healthy"
        for part in ("metadatabase", "scheduler", "triggerer", "dag_processor")
    )


# ── containers ──


def serve(settings: Settings, name: str) -> None:
    """Become service NAME (in a container: one process, in the foreground). Does not return, but for `prepare`."""
    from warehouse import bi
    from warehouse.refresh import parse_dbt

    if name == "prepare":
        env = airflow_service_env(settings)
        write_airflow_passwords(settings)
        parse_dbt(settings)
        migrate_airflow(env)
        if uri := os.environ.get("SUPERSET_METADATA_URI"):
            create_database(uri)
        bi.prepare(settings)
        return
    if name == "site" and not site_accounts(settings):
        print("no account of the source site is configured: nothing to receive")
        return
    commands = {"sandbox": sandbox_command(settings), "superset": bi.command(settings), "site": site_command(settings)}
    commands |= {f"airflow-{part}": [_bin("airflow"), part] for part in AIRFLOW_PARTS}
    if name not in commands:
        raise ServiceError(f"Unknown service {name!r}; known: prepare, {', '.join(sorted(commands))}")
    env = bi.environment(settings) if name == "superset" else airflow_service_env(settings)
    os.execvpe(commands[name][0], commands[name], env)


def create_database(uri: str) -> None:
    """Create the PostgreSQL database that URI names, unless it is there."""
    import sqlalchemy

    url = sqlalchemy.make_url(uri)
    engine = sqlalchemy.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        known = connection.scalars(sqlalchemy.text("select datname from pg_database")).all()
        if url.database not in known:
            connection.execute(sqlalchemy.text(f'create database "{url.database}"'))
    engine.dispose()


# ── locks ──


@contextmanager
def exclusive(settings: Settings, name: str, doing: str) -> Iterator[None]:
    """Hold the lock NAME, or raise ServiceError saying who holds it."""
    import fcntl

    file = settings.run / f"{name}.lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise ServiceError(
                f"Another {name} is running ({handle.read().strip()}). Wait for it to end, or stop that process."
            ) from None
        handle.truncate(0)
        handle.write(f"{doing}, pid {os.getpid()}, since {time.strftime('%Y-%m-%d %H:%M:%S')}\n")
        handle.flush()
        yield


# ── helpers ──


@contextmanager
def stopped_on_failure(settings: Settings, *names: str) -> Iterator[None]:
    """What is starting does not stay behind when the start fails or is interrupted."""
    try:
        yield
    except BaseException:
        stop(settings, *names)
        raise


def _await_elsewhere(what: str, url: str, healthy: Callable[[], bool], seconds: float = 180) -> bool:
    """Wait for a service that runs elsewhere (another container). False: not started here."""
    deadline = time.monotonic() + seconds
    while not healthy():
        if time.monotonic() > deadline:
            raise ServiceError(f"{what} at {url} was not healthy after {seconds:.0f} s; is it running?")
        time.sleep(1)
    return False


def log_file(settings: Settings, name: str) -> Path:
    """Where the output of service NAME goes."""
    return settings.run / "logs" / f"{name}.log"


def _pid_file(settings: Settings, name: str) -> Path:
    settings.run.mkdir(parents=True, exist_ok=True)
    return settings.run / f"{name}.pid"


def _bin(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def refuse_taken_port(settings: Settings, variable: str, port: int) -> None:
    """Raise ServiceError when another program has PORT, naming the VARIABLE that moves ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.bind, port))
        except OSError:
            raise ServiceError(
                f"Port {port} on {settings.bind} is taken by another program. Set {variable} to a free one."
            ) from None


def _tail(settings: Settings, name: str, lines: int = 15) -> str:
    file = log_file(settings, name)
    return "\n".join(file.read_text(errors="replace").splitlines()[-lines:]) if file.exists() else "(no log)"


def _start_time(pid: int) -> str | None:
    """The kernel's start time of a live process; None when it is gone or a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return _start_time_by_ps(pid) if not Path("/proc/self/stat").exists() else None
    return None if stat[0] == "Z" else stat[19]


def _start_time_by_ps(pid: int) -> str | None:  # systems without /proc
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return "_".join(answer.stdout.split()) or None


def _group_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def _reap(processes: list[Process]) -> None:
    for process in processes:
        with suppress(ChildProcessError):
            os.waitpid(process.pid, os.WNOHANG)
