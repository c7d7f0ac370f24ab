"""The command line: `python -m warehouse <command>`; `make help` lists the same commands."""

from __future__ import annotations

import argparse
import signal
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import httpx
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from warehouse import services
from warehouse.accounts import ConfigError
from warehouse.airflow_api import AirflowError
from warehouse.audit import AuditError
from warehouse.bi.client import SupersetError
from warehouse.bi.compile import CompileError
from warehouse.bi.server import ServerError
from warehouse.build import BuildError
from warehouse.imports import PreviewError
from warehouse.publish import PublishError
from warehouse.refresh import RefreshError
from warehouse.settings import Settings, SettingsError

EXPECTED_ERRORS = (
    services.ServiceError,
    ConfigError,
    AirflowError,
    AuditError,
    BuildError,
    PreviewError,
    PublishError,
    RefreshError,
    SupersetError,
    CompileError,
    ServerError,
    SettingsError,
    httpx.HTTPError,
)


class UsageError(ValueError):
    """The arguments contradict each other or ask for what cannot be."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns 0 when it did what was asked, 1 when not, 2 on wrong input."""
    options = _parser().parse_args(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is stopped, as on Ctrl-C
    try:
        return int(options.run(Settings.load(), options, console))
    except EXPECTED_ERRORS as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]✗[/red] {escape(str(error))}")
        return 1
    except UsageError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]✗[/red] {escape(str(error))}")
        return 2
    except KeyboardInterrupt:
        Console(stderr=True).print("stopped; what has landed stays, the served snapshot is unchanged")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m warehouse", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        return sub

    for name, run, text in (
        ("refresh", _refresh, "collect, build, audit and publish"),
        ("plan", _plan, "list the windows that a refresh would ask, without one call"),
    ):
        sub = command(name, run, text)
        sub.add_argument(
            "--date", type=_day, help="one day (the first refresh: the 90 days up to it); default: yesterday"
        )
        sub.add_argument("--from", dest="first", type=_day, help="first day")
        sub.add_argument("--to", dest="last", type=_day, help="last day")
    command("rebuild", _rebuild, "build everything from landing again, without one call; audit and publish")
    command("compact", _compact, "merge the landing files of past months, one per account, resource and month")
    command("up", _up, "start Airflow, Superset and (without accounts) the sandbox")
    command("down", _down, "stop what `up` started")
    command("snapshots", _snapshots, "list the published snapshots")
    command("rollback", _rollback, "serve an earlier snapshot").add_argument("--to", help="a snapshot id")
    sub = command("import-preview", _import_preview, "show what an exported file would become, or list unclaimed files")
    sub.add_argument("file", nargs="?", type=Path, help="the exported file; without it: files that no run would take")
    sub.add_argument("--source", help="its source, if it does not lie in the drop folder of one")
    command("seeds", _seeds, "list the seeds that a file may replace, and check the files that do")
    command("gaps", _gaps, "list what is missing, with the reason and what to do")
    command("rejects", _rejects, "list the records and files that were turned away")
    command("drift", _drift, "list the fields that platforms added, removed or retyped")
    command("docs", _docs, "write the browsable documentation of models and metrics")
    command("bi-check", _bi_check, "check every chart down to its column")
    command("site-secret", _site_secret, "print the secret that a site signs its events with").add_argument("account")
    command("serve", _serve, "be one service in the foreground (for containers)").add_argument("service")
    command("charts", _charts, "read the data of every chart from a running Superset")
    return parser


def _site_secret(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from extract.site.signature import account_secret

    if options.account not in (known := services.site_accounts(settings)):
        console.print(f"{options.account!r} is no account of the source site; configured: {', '.join(known) or 'none'}")
        return 1
    print(account_secret(settings.site_signing_key, options.account))
    return 0


def _serve(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    services.serve(settings, options.service)
    return 0


def _charts(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from warehouse import bi

    table = Table(title=bi.DASHBOARD, title_justify="left")
    for column in ("chart", "rows", "first value"):
        table.add_column(column)
    empty = 0
    for name, rows in bi.chart_data(settings).items():
        first = next((str(v) for row in rows for v in row.values() if v is not None), "")
        empty += first == ""
        table.add_row(name, str(len(rows)), first)
    console.print(table)
    return 1 if empty else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a day as YYYY-MM-DD, got {text!r}") from None


def _days(settings: Settings, options: argparse.Namespace) -> tuple[date, date]:
    from warehouse.extraction import BACKFILL_DAYS, default_days

    default_first, default_last = default_days(settings)
    last = options.date or options.last or default_last
    if options.date and (options.first or options.last):
        raise UsageError("give DATE, or FROM and TO, not both")
    if options.first:
        first = options.first
    elif options.last and not options.date and settings.current.exists():
        first = options.last
    elif settings.current.exists():
        first = options.date or default_first
    else:
        first = last - timedelta(days=BACKFILL_DAYS - 1)
    if first > last:
        raise UsageError(f"FROM {first} lies after TO {last}: swap them")
    if last > default_last:
        raise UsageError(
            f"{last} is not over: platforms show a day on the next morning; the newest possible is {default_last}"
        )
    return first, last


def _refresh(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from warehouse.accounts import active_sources
    from warehouse.imports import unclaimed
    from warehouse.refresh import print_summary, refresh

    first, last = _days(settings, options)
    console.print(f"Refreshing {first} to {last}" + ("" if settings.current.exists() else " (empty warehouse)"))
    outcome = refresh(settings, first, last, console)
    print_summary(outcome, f"Collected {first} to {last}", console)
    for line in unclaimed(settings, set(active_sources(settings))):
        console.print(f"[yellow]![/yellow] files that no run takes: {escape(line)}")
    return 0 if outcome.published else 1


def _rebuild(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from warehouse.refresh import print_summary, rebuild

    outcome = rebuild(settings, console)
    print_summary(outcome, "Built again from landing, without a call", console)
    return 0 if outcome.published else 1


def _compact(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from warehouse.extraction import compact_landing

    with services.exclusive(settings, "refresh", "compacting landing"):
        console.print(compact_landing(settings))
    return 0


def _plan(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from datetime import UTC

    from extract.model import Account
    from extract.run import plan_account
    from warehouse import extraction
    from warehouse.accounts import configured

    first, last = _days(settings, options)
    asked = extraction.morning_after(last).astimezone(UTC)
    table = Table(title=f"Windows that a refresh of {first} to {last} would ask", title_justify="left")
    for column in ("source", "account", "resource", "windows", "first", "last"):
        table.add_column(column)
    context = extraction.context(settings, at=asked)
    for config in configured(settings):
        account = Account(config.source, config.account, config.name, config.connection, "", {})
        windows: dict[str, list] = {}
        for window in plan_account(account, first, last, context):
            windows.setdefault(window.resource, []).append(window)
        for resource, found in windows.items():
            starts, ends = min(w.start for w in found), max(w.end for w in found)
            table.add_row(config.source, config.account, resource, str(len(found)), str(starts), str(ends))
    console.print(table)
    return 0


def _up(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from datetime import datetime

    from warehouse import bi
    from warehouse.extraction import set_sandbox_clock
    from warehouse.refresh import parse_dbt
    from warehouse.settings import BUSINESS_ZONE

    def say(text: str) -> None:
        console.print(f"[dim]· {text}[/dim]")

    with services.exclusive(settings, "refresh", "starting the services"):
        if settings.uses_sandbox and services.start_sandbox(settings):
            set_sandbox_clock(settings, datetime.now(BUSINESS_ZONE))
        parse_dbt(settings, say)
        services.start_airflow(settings, schedules=not settings.uses_sandbox, progress=say)
        services.start_site(settings)
        bi.start(settings, progress=say)
    if settings.current.exists():
        say(bi.sync_if_running(settings))
    password = settings.secrets["ADMIN_PASSWORD"]
    table = Table(title="Running", title_justify="left")
    for column in ("what", "address", "login"):
        table.add_column(column)
    table.add_row("Airflow", settings.airflow_url, f"admin / {password}")
    table.add_row("Superset", f"{settings.superset_url}/superset/dashboard/{bi.DASHBOARD}/", f"admin / {password}")
    if services.site_accounts(settings):
        table.add_row("Site events", f"{settings.site_url}/events", "signed: extract/site/README.md")
    if settings.uses_sandbox:
        table.add_row("Sandbox", settings.sandbox_url, "")
    console.print(table)
    if not settings.current.exists():
        console.print("Nothing is published yet: run `make refresh`.")
    return 0


def _down(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from warehouse import bi

    with services.exclusive(settings, "refresh", "stopping the services"):
        stopped = [*services.stop_airflow(settings), *bi.stop(settings), *services.stop(settings, "site", "sandbox")]
    console.print(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")
    return 0


def _snapshots(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from warehouse.publish import snapshots

    table = Table()
    for column in ("", "snapshot", "data as of", "published (UTC)", "rows"):
        table.add_column(column, justify="right" if column == "rows" else "left")
    for s in snapshots(settings):
        mark = "served" if s.is_served else ""
        table.add_row(mark, s.snapshot_id, s.as_of_date, s.published_at[:19].replace("T", " "), f"{s.rows:,}")
    console.print(table)
    return 0


def _rollback(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from warehouse import bi
    from warehouse.publish import rollback

    with services.exclusive(settings, "refresh", "rolling back"):
        served = rollback(settings, options.to)
    console.print(f"serving {served}; {bi.sync_if_running(settings, served)}")
    console.print("The next refresh starts from it. To keep a bad load out, name it in excluded_loads.txt first.")
    return 0


def _gaps(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    names, rows = _query(
        settings,
        """select source, account, resource, min(window_start) as first, max(window_end) as until,
                  sum(slices) as windows, reason, any_value(message) as message, any_value(action) as action
           from ops.gaps group by source, account, resource, reason order by all""",
    )
    today = _today(settings)
    told = [(*row, _still_to_be_had(str(row[0]), str(row[2]), row[3], row[4], today)) for row in rows]
    _print_rows(console, [*names, "still to be had"], told, "nothing is missing")
    return 0


def _today(settings: Settings) -> date:
    """The business day; for the sandbox, where time stands still between refreshes, the morning after the last one."""
    from warehouse.build import served_manifest
    from warehouse.settings import BUSINESS_ZONE, now

    served = served_manifest(settings) if settings.uses_sandbox else None
    if served:
        return date.fromisoformat(served["as_of_date"]) + timedelta(days=1)
    return now(settings).astimezone(BUSINESS_ZONE).date()


def _still_to_be_had(source: str, resource: str, start: datetime, end: datetime, today: date) -> str:
    """Whether the platform still has the windows from START to END (exclusive), and until when."""
    from extract.sources import sources
    from extract.windows import fetchable_until

    if resource.startswith("file_"):
        return "yes: drop the file"
    known = sources().get(source)
    spec = known.resources.get(resource) if known else None
    if known is None or spec is None:
        return ""
    if known.kind == "drop":
        return "yes: drop the file"
    oldest, newest = (fetchable_until(spec, day) for day in (start.date(), (end - timedelta(microseconds=1)).date()))
    if oldest is None or newest is None:
        return "yes, the platform names no limit"
    if newest < today:
        return f"no: since {newest + timedelta(days=1)} the platform no longer has it"
    part = "" if oldest >= today else "the newest of it "
    return f"{part}until {newest if part else oldest}"


def _rejects(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    return _print_query(
        settings,
        console,
        """select source, account, resource, reason, count(*) as records, min(detail) as detail, min(origin) as origin
           from ops.rejects group by source, account, resource, reason order by all""",
        "nothing was rejected",
    )


def _import_preview(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from warehouse.accounts import active_sources
    from warehouse.imports import show_file, unclaimed

    if options.file is not None:
        return show_file(settings, options.file, options.source, console)
    lost = unclaimed(settings, set(active_sources(settings)))
    for line in lost:
        console.print(escape(line))
    console.print(f"{len(lost)} places hold files that no run would take" if lost else "every file has a source")
    return 1 if lost else 0


def _seeds(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from warehouse.seeds import FOLDER, BadSeed, dropped, read_seed, replaceable

    files = dropped(settings)
    bad = 0
    for name, seed in replaceable().items():
        paths = files.pop(name, [])
        try:
            if len(paths) > 1:
                raise BadSeed([f"expected one file, got {', '.join(path.name for path in paths)}"])
            said = f"{len(read_seed(paths[0], seed)):,} rows from {escape(str(paths[0]))}" if paths else "as shipped"
            console.print(f"{name}: {said}")
        except BadSeed as error:
            bad += 1
            console.print(f"[red]✗[/red] {name}: {escape(str(paths[0]))} is turned away:")
            for problem in error.problems:
                console.print(f"    {escape(problem)}")
    for path in (path for paths in files.values() for path in paths):
        bad += 1
        console.print(f"[red]✗[/red] {escape(str(path))}: no seed that a file may replace has this name")
    console.print(f"{settings.drop / FOLDER}/<seed>.csv or .xlsx takes the place of dbt_project/seeds/<seed>.csv")
    return 1 if bad else 0


def _drift(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    return _print_query(
        settings,
        console,
        """select source, resource, field_name, field_change, min(seen_date) as first_seen, max(seen_date) as last_seen,
                  count(distinct account) as accounts, max(records) as records
           from ops.drift group by source, resource, field_name, field_change order by last_seen desc, 1, 2, 3""",
        "no platform changed its fields",
    )


def _docs(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from warehouse import bi
    from warehouse.dictionary import PAGE, write_dictionary
    from warehouse.docs import write_docs

    console.print(f"documentation: {write_docs(settings)}")
    for changed in bi.compile_datasets(settings):
        console.print(f"compiled anew, commit it: {changed}")
    if write_dictionary(settings.dbt_target):
        console.print(f"compiled anew, commit it: wrote {PAGE.name}")
    return 0


def _bi_check(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from warehouse import bi

    problems = bi.check(settings)
    for problem in problems:
        console.print(f"[red]✗[/red] {problem}")
    console.print(
        f"[green]✓[/green] {bi.DASHBOARD}: every chart is backed" if not problems else f"{len(problems)} problems"
    )
    return 1 if problems else 0


def _print_query(settings: Settings, console: Console, query: str, when_empty: str) -> int:
    _print_rows(console, *_query(settings, query), when_empty)
    return 0


def _query(settings: Settings, query: str) -> tuple[list[str], list[tuple]]:
    """Names and rows from the served snapshot."""
    file = settings.current / "warehouse.duckdb"
    if not file.exists():
        raise PublishError("Nothing is published yet: run `make refresh` first")
    with duckdb.connect(str(file), read_only=True) as connection:
        result = connection.execute(query)
        return [c[0] for c in result.description or []], result.fetchall()


def _print_rows(console: Console, names: list[str], rows: list[tuple], when_empty: str) -> None:
    table = Table()
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    console.print(table if rows else when_empty)


if __name__ == "__main__":
    sys.exit(main())
