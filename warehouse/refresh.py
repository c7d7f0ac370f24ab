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
from warehouse.accounts import configured
from warehouse.airflow_api import FINISHED, AirflowApi, AirflowError, TaskState
from warehouse.audit import failed_dbt_nodes
from warehouse.build import served_manifest
from warehouse.extraction import morning_after, set_sandbox_clock
from warehouse.settings import REPO, Settings, code_version

ATTEMPTS_TO_SEE_DAGS = 120
POLL_SECONDS = 1.0


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
        began = datetime.now(UTC)
        sources = sorted({a.source for a in configured(settings)})
        runs = {
            f"extract_{source}": api.trigger(f"extract_{source}", {"first": str(first), "last": str(last)})
            for source in sources
        }
        outcome = follow(settings, api, runs, began, console)
    return outcome


@contextmanager
def running(settings: Settings, last: date, console: Console) -> Iterator[AirflowApi]:
    """Airflow (and the sandbox, its clock at the morning after LAST) running; stopped again if started here."""

    def say(text: str) -> None:
        console.print(f"[dim]· {text}[/dim]")

    started_sandbox = started_airflow = False
    try:
        if settings.uses_sandbox:
            say("no config/accounts.yml: the sandbox is the target")
            started_sandbox = services.start_sandbox(settings)
            set_sandbox_clock(settings, morning_after(last))
        parse_dbt(settings, say)
        started_airflow = services.start_airflow(settings, schedules=False, progress=say)
        api = AirflowApi(settings)
        await_dags(api, {f"extract_{a.source}" for a in configured(settings)} | {"warehouse_refresh"})
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
    """Show progress until the extract runs and the warehouse run that they set off have ended."""
    seen: dict[str, list[TaskState]] = {}
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    reported: set[tuple[str, int]] = set()
    warehouse_run: str | None = None
    state = "queued"
    with Progress(*columns, console=console, transient=True) as bar:
        lines = {dag_id: bar.add_task(dag_id, total=None) for dag_id in [*runs, "warehouse_refresh"]}
        while state not in FINISHED:
            time.sleep(POLL_SECONDS)
            if warehouse_run is None:
                warehouse_run = _run_set_off(api, began)
            for dag_id, run_id in {**runs, **({"warehouse_refresh": warehouse_run} if warehouse_run else {})}.items():
                if seen.get(dag_id) and all(t.state in _ENDED for t in seen[dag_id]) and dag_id in runs:
                    continue
                seen[dag_id] = api.tasks(dag_id, run_id)
                _show(bar, lines[dag_id], dag_id, seen[dag_id], console, reported)
            if warehouse_run:
                state = api.run("warehouse_refresh", warehouse_run)["state"]
    # the extract runs may outlast a refresh that the deadline started
    for dag_id, run_id in runs.items():
        seen[dag_id] = api.tasks(dag_id, run_id)
    seen["warehouse_refresh"] = api.tasks("warehouse_refresh", str(warehouse_run))
    problems = [
        f"{dag_id} · {t.task_id}{'' if t.map_index < 0 else f' · {t.label}'}: {_last_words(api, dag_id, run_id, t)}"
        for dag_id, run_id in {**runs, "warehouse_refresh": str(warehouse_run)}.items()
        for t in seen[dag_id]
        if t.state == "failed"
    ]
    if any(t.state == "failed" and t.task_id.startswith("dbt.") for t in seen["warehouse_refresh"]):
        problems += failed_dbt_nodes(settings)
    manifest = served_manifest(settings)
    published = manifest is not None and datetime.fromisoformat(manifest["published_at"]) >= began
    return Outcome(published, manifest, _stages(seen), problems)


_ENDED = {"success", "failed", "skipped", "upstream_failed", "removed"}


def _run_set_off(api: AirflowApi, began: datetime) -> str | None:
    for run in reversed(api.runs("warehouse_refresh")):
        queued = run.get("queued_at") or run.get("start_date")
        if queued and datetime.fromisoformat(queued) >= began:
            return str(run["dag_run_id"])
    return None


def _show(
    bar: Progress, line: Any, dag_id: str, tasks: list[TaskState], console: Console, reported: set[tuple[str, int]]
) -> None:
    ended = sum(t.state in _ENDED for t in tasks)
    now = next((t for t in tasks if t.state == "running"), None)
    doing = f" [dim]{now.task_id.removeprefix('dbt.').removesuffix('.run')}[/dim]" if now else ""
    bar.update(line, total=len(tasks), completed=ended, description=f"{dag_id}{doing}")
    for t in tasks:
        key = (f"{dag_id}.{t.task_id}", t.map_index)
        if t.state == "failed" and key not in reported:
            reported.add(key)
            console.print(f"[red]✗[/red] {dag_id} · {t.task_id}{'' if t.map_index < 0 else f' · {t.label}'} failed")


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


def print_summary(outcome: Outcome, first: date, last: date, console: Console) -> None:
    """The table that a refresh ends with."""
    manifest = outcome.manifest
    if outcome.published and manifest:
        table = Table(title=f"Collected {first} to {last}", title_justify="left")
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
