"""`make refresh`: run the extract DAGs and the warehouse DAG in a real Airflow, show progress, end with a table.

There is no second path: this triggers the same DAGs that the schedule runs.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from warehouse import services
from warehouse.accounts import active_sources
from warehouse.airflow_api import FINISHED, AirflowApi, AirflowError, TaskState
from warehouse.audit import failed_dbt_nodes
from warehouse.build import loads_waiting, served_manifest
from warehouse.extraction import morning_after, set_sandbox_clock
from warehouse.settings import REPO, Settings, code_version

REFRESH_DAGS = ("warehouse_refresh", "refresh_deadline")
ATTEMPTS_TO_SEE_DAGS = 120
SECONDS_TO_SET_OFF = 60
POLL_SECONDS = 2.0
SECONDS_PER_LINE = 15
"""How often progress is a line where no bar can be drawn (in a file, in CI)."""


@dataclass
class Outcome:
    """How a refresh ended."""

    published: bool
    manifest: dict[str, Any] | None
    stages: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class RefreshError(RuntimeError):
    """The refresh could not be carried out; the message says why and what to do."""


def refresh(settings: Settings, first: date, last: date, console: Console) -> Outcome:
    """Collect FIRST to LAST (inclusive), build, audit, publish; prints the summary. One at a time."""
    with (
        services.exclusive(settings, "refresh", f"refreshing {first} to {last}"),
        running(settings, last, console) as api,
    ):
        for dag_id in REFRESH_DAGS:  # what an earlier refresh left must not start this one's build too early
            api.clear_queued_events(dag_id)
        began = datetime.now(UTC)
        days = {"first": str(first), "last": str(last)}
        runs = {f"extract_{source}": api.trigger(f"extract_{source}", days) for source in active_sources(settings)}
        try:
            return follow(settings, api, runs, began, console)
        finally:
            api.end_open_runs("refresh_deadline", "success")  # it waited for sources that have come


def rebuild(settings: Settings, console: Console) -> Outcome:
    """Build everything from landing again, without one call to a platform; audit, publish. One at a time."""
    with services.exclusive(settings, "refresh", "rebuilding from landing"), running(settings, None, console) as api:
        began = datetime.now(UTC)
        run_id = api.trigger("warehouse_refresh", {"rebuild": True})
        with _progress(console) as bar:
            watch = _Watch(api, bar, console, began)
            while not watch.ended({"warehouse_refresh": run_id}):
                time.sleep(POLL_SECONDS)
        return _outcome(settings, api, watch, {"warehouse_refresh": run_id}, began)


@contextmanager
def running(settings: Settings, last: date | None, console: Console) -> Iterator[AirflowApi]:
    """Airflow running, stopped again if started here; and the sandbox, its clock at the morning after LAST (None: the
    platforms are not needed)."""

    def say(text: str) -> None:
        console.print(f"[dim]· {text}[/dim]")

    started_sandbox = started_airflow = False
    try:
        if settings.uses_sandbox and last is not None:
            say("no config/accounts.yml: the sandbox is the target")
            started_sandbox = services.start_sandbox(settings)
            set_sandbox_clock(settings, morning_after(last))
        parse_dbt(settings, say)
        started_airflow = services.start_airflow(settings, schedules=False, progress=say)
        api = AirflowApi(settings)
        await_dags(api, {*REFRESH_DAGS, *(f"extract_{source}" for source in active_sources(settings))})
        if started_airflow:  # a refresh that was killed left its runs open
            for dag_id in (*REFRESH_DAGS, *(f"extract_{source}" for source in active_sources(settings))):
                api.end_open_runs(dag_id, "failed")
        yield api
    finally:
        if started_airflow:
            services.stop_airflow(settings)
        if started_sandbox:
            services.stop(settings, "sandbox")


def parse_dbt(settings: Settings, say: Callable[[str], None] = print) -> None:
    """Write dbt's manifest, from which the DAG is drawn, when the project changed since the last time."""
    mark = settings.dbt_target / ".parsed"
    version = code_version()
    if (settings.dbt_target / "manifest.json").exists() and mark.exists() and mark.read_text() == version:
        return
    say("reading the dbt project")
    settings.dbt_target.mkdir(parents=True, exist_ok=True)
    command = [str(Path(sys.executable).parent / "dbt"), "parse", "--quiet"]
    done = subprocess.run(command, env=settings.service_env(), cwd=REPO / "dbt_project", capture_output=True, text=True)
    if done.returncode:
        raise RefreshError(f"dbt cannot read the project:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    mark.write_text(version)


def await_dags(api: AirflowApi, wanted: set[str]) -> None:
    """Wait until the DAG processor has read these DAGs; a DAG file that fails to import is an error at once."""
    for _ in range(ATTEMPTS_TO_SEE_DAGS):
        missing = wanted - api.dag_ids()
        if not missing:
            return
        if errors := api.import_errors():
            raise RefreshError("Airflow cannot read the DAGs:\n  " + "\n  ".join(errors))
        time.sleep(1)
    raise RefreshError(f"Airflow did not read these DAGs in {ATTEMPTS_TO_SEE_DAGS} s: {', '.join(sorted(missing))}")


def follow(settings: Settings, api: AirflowApi, runs: dict[str, str], began: datetime, console: Console) -> Outcome:
    """Show progress until the extract runs and the warehouse run that they set off have ended.

    When the deadline set it off before the last source had come, what came later is built by one more run.
    """
    with _progress(console) as bar:
        watch = _Watch(api, bar, console, began)
        builds = [_await_build(api, watch, runs, began)]
        while not watch.ended({**runs, "warehouse_refresh": builds[-1]}):
            time.sleep(POLL_SECONDS)
        if loads_waiting(settings):
            console.print("[dim]· some sources came after the deadline: building once more[/dim]")
            builds.append(api.trigger("warehouse_refresh", {}))
            while not watch.ended({"warehouse_refresh": builds[-1]}):
                time.sleep(POLL_SECONDS)
    return _outcome(settings, api, watch, {**runs, "warehouse_refresh": builds[-1]}, began)


def _progress(console: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True)


def _outcome(settings: Settings, api: AirflowApi, watch: _Watch, runs: dict[str, str], began: datetime) -> Outcome:
    """What these ended runs (DAG id → run id) came to."""
    problems = [
        f"{dag_id} · {t.task_id}{'' if t.map_index < 0 else f' · {t.label}'}: {_last_words(api, dag_id, run_id, t)}"
        for dag_id, run_id in runs.items()
        for t in watch.seen[dag_id]
        if t.state == "failed"
    ]
    if any(t.state == "failed" and t.task_id.startswith("dbt.") for t in watch.seen["warehouse_refresh"]):
        problems += failed_dbt_nodes(settings)
    manifest = served_manifest(settings)
    published = manifest is not None and datetime.fromisoformat(manifest["published_at"]) >= began
    return Outcome(published, manifest, _stages(watch.seen), problems)


def _await_build(api: AirflowApi, watch: _Watch, runs: dict[str, str], began: datetime) -> str:
    """The id of the warehouse run that this refresh sets off. RefreshError when none comes."""
    patience = SECONDS_TO_SET_OFF
    while True:
        time.sleep(POLL_SECONDS)
        over = watch.ended(runs)
        for run in reversed(api.runs("warehouse_refresh")):
            queued = run.get("queued_at") or run.get("start_date")
            if queued and datetime.fromisoformat(queued) >= began:
                return str(run["dag_run_id"])
        patience -= over
        if patience < 0:
            words = [
                f"{dag_id} · {t.task_id}: {_last_words(api, dag_id, runs[dag_id], t)}"
                for dag_id in runs
                for t in watch.seen[dag_id]
                if t.state == "failed"
            ]
            raise RefreshError("All extract runs have ended, but no build was set off.\n  " + "\n  ".join(words))


class _Watch:
    """Polls runs from `began` on and shows how far they are: by bars, or by lines where there is no terminal.

    Failures are printed once. `seen` holds the newest task states by DAG.
    """

    def __init__(self, api: AirflowApi, bar: Progress, console: Console, began: datetime) -> None:
        self.seen: dict[str, list[TaskState]] = {}
        self._api, self._bar, self._console, self._began = api, bar, console, began
        self._told_at = time.monotonic()
        self._lines: dict[str, Any] = {}
        self._over: set[str] = set()
        self._reported: set[tuple[str, str, int]] = set()

    def ended(self, runs: dict[str, str]) -> bool:
        """Poll these runs (DAG id → run id); True when all have ended."""
        states = self._api.states_since(self._began)  # before the tasks: of an ended run the tasks are final
        tasks = self._api.tasks_since(self._began)
        for dag_id, run_id in runs.items():
            if run_id in self._over:
                continue
            self.seen[dag_id] = tasks.get((dag_id, run_id), [])
            self._show(dag_id, run_id)
            if states.get((dag_id, run_id)) in FINISHED:
                self._over.add(run_id)
        if not self._console.is_terminal and time.monotonic() - self._told_at >= SECONDS_PER_LINE:
            self._told_at = time.monotonic()
            self._tell(runs)
        return all(run_id in self._over for run_id in runs.values())

    def _tell(self, runs: dict[str, str]) -> None:
        since = (datetime.now(UTC) - self._began).total_seconds()
        collected = [run_id in self._over for dag_id, run_id in runs.items() if dag_id.startswith("extract_")]
        words = [f"{sum(collected)} of {len(collected)} sources collected"] if collected else []
        if tasks := self.seen.get("warehouse_refresh"):
            words.append(f"{sum(t.state in _ENDED for t in tasks)} of {len(tasks)} tasks of warehouse_refresh ended")
        self._console.print(f"[dim]· {since:.0f} s: {', '.join(words)}[/dim]")

    def _show(self, dag_id: str, run_id: str) -> None:
        tasks = self.seen[dag_id]
        if dag_id not in self._lines:
            self._lines[dag_id] = self._bar.add_task(dag_id, total=None)
        line = self._lines[dag_id]
        now = next((t for t in tasks if t.state == "running"), None)
        doing = f" [dim]{now.task_id.removeprefix('dbt.').removesuffix('_run')}[/dim]" if now else ""
        done = sum(t.state in _ENDED for t in tasks)
        self._bar.update(line, total=len(tasks), completed=done, description=f"{dag_id}{doing}")
        for t in tasks:
            key = (run_id, t.task_id, t.map_index)
            if t.state == "failed" and key not in self._reported:
                self._reported.add(key)
                of = "" if t.map_index < 0 else f" · {t.label}"
                self._console.print(f"[red]✗[/red] {dag_id} · {t.task_id}{of} failed")


_ENDED = {"success", "failed", "skipped", "upstream_failed", "removed"}


def _last_words(api: AirflowApi, dag_id: str, run_id: str, task: TaskState) -> str:
    try:
        return api.failure(dag_id, run_id, task)
    except AirflowError as error:
        return f"(its log cannot be read: {error})"


def _stages(seen: dict[str, list[TaskState]]) -> dict[str, float]:
    """Seconds from the first start to the last end of each stage."""

    def took(tasks: list[TaskState]) -> float:
        starts = [t.started for t in tasks if t.started]
        ends = [t.ended for t in tasks if t.ended]
        return (max(ends) - min(starts)).total_seconds() if starts and ends else 0.0

    extracted = [t for dag_id, tasks in seen.items() if dag_id.startswith("extract_") for t in tasks]
    refresh_tasks = seen["warehouse_refresh"]

    def named(*prefixes: str) -> list[TaskState]:
        return [t for t in refresh_tasks if t.task_id.startswith(prefixes)]

    return {
        "extract": took(extracted),
        "build": took(named("prepare_build", "dbt.")),
        "audit": took(named("audit_build")),
        "publish": took(named("publish_snapshot")),
        "BI sync": took(named("sync_bi")),
    }


def print_summary(outcome: Outcome, title: str, console: Console) -> None:
    """The table that a refresh ends with."""
    manifest = outcome.manifest
    if outcome.published and manifest:
        table = Table(title=title, title_justify="left")
        for column in ("source", "fetched", "landed (new)", "rejected", "open gaps"):
            table.add_column(column, justify="left" if column == "source" else "right")
        for row in manifest["refresh"]:
            table.add_row(row["source"], *(f"{row[k]:,}" for k in ("fetched", "landed", "rejected", "gaps")))
        console.print(table)
        marts = Table(title="Marts", title_justify="left")
        marts.add_column("table")
        marts.add_column("rows", justify="right")
        for name, described in manifest["tables"].items():
            if name.startswith("marts."):
                marts.add_row(name, f"{described['rows']:,}")
        console.print(marts)
    timing = "  ".join(f"{name} {seconds:.0f} s" for name, seconds in outcome.stages.items())
    console.print(f"Stages: {timing}")
    for problem in outcome.problems:
        console.print(f"[red]✗[/red] {escape(problem)}")
    if outcome.published and manifest:
        audit = manifest["audit"]
        console.print(
            f"[green]✓[/green] audit passed ({audit['checks']} checks); published snapshot "
            f"[bold]{manifest['snapshot_id']}[/bold], data as of {manifest['as_of_date']}"
        )
        if outcome.problems:
            console.print("  Some of it could not be had: `make gaps` lists what is missing and what to do.")
    else:
        serving = manifest["snapshot_id"] if manifest else "nothing (no snapshot was ever published)"
        console.print(f"[red]✗ nothing was published[/red]; still serving {serving}")
