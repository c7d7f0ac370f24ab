"""`make import-preview`: what an exported file would become, for people."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from extract.imports.convert import Converted, Export
from extract.imports.mapping import EXTRA, MappingError
from extract.imports.preview import Preview, preview, source_of_path, write_draft
from extract.imports.take import find_files
from extract.sources import sources
from warehouse.extraction import context
from warehouse.settings import Settings

_SHOWN_ROWS = 5
_SHOWN_REJECTS = 10


class PreviewError(ValueError):
    """The preview cannot be had; the message says what was expected."""


def show_file(settings: Settings, path: Path, source_name: str | None, console: Console) -> int:
    """Print what PATH would become. 0 when all of it can be used, 1 when a row or the file cannot."""
    if not path.is_file():
        raise PreviewError(f"expected a file, {path} is none")
    name = source_name or source_of_path(path, settings.drop)
    if name not in sources():
        raise PreviewError(f"which source is it? Say SOURCE= one of {', '.join(sources())}; got {name!r}")
    if sources()[name].reads_own_files:
        raise PreviewError(f"{name} reads its files itself: see extract/{name}/README.md")
    try:
        shown = preview(path, name, context(settings, at=datetime.now(UTC)))
    except MappingError as error:
        raise PreviewError(str(error)) from None
    export = Export.of(path)
    told = "its name" if export.is_named else "its time on disk"
    console.print(f"{escape(str(path))} as {name}, exported {export.at:%Y-%m-%d %H:%M} (by {told}); nothing is written")
    for part in shown.converted:
        _print_table(part, console)
    for reject in shown.rejects:
        console.print(f"[red]✗[/red] {reject.reason}: {escape(reject.detail)}")
    _print_drafts(settings, shown, path, console)
    return 1 if shown.rejects or any(part.rejects for part in shown.converted) else 0


def _print_table(part: Converted, console: Console) -> None:
    mapping = part.mapping
    own = "your own" if mapping.is_own else "shipped"
    sheet = f"sheet {part.table}: " if part.table else ""
    console.print(
        f"\n{sheet}mapping [bold]{mapping.source}/{mapping.shape}[/bold] ({own}, {mapping.confidence}) → "
        f"{mapping.fact.resource}"
    )
    if part.found:
        names = list(dict.fromkeys(name for found in part.found for name in found.record if name not in EXTRA))
        table = Table(title=f"first of {len(part.found)} records, as they would land", title_justify="left")
        for name in ("line", "account", *names):
            table.add_column(name, overflow="fold")
        for found in part.found[:_SHOWN_ROWS]:
            cells = [escape(str(found.record.get(name, ""))) for name in names]
            table.add_row(str(found.line), found.account, *cells)
        console.print(table)
    for account in sorted({found.account for found in part.found}):
        good, broken = part.days(account)
        console.print(f"{account}: complete days {_spans(good)}; days that lack a row: {_spans(broken)}")
    flagged = [found for found in part.found if "recovered" in found.record]
    for found in flagged[:_SHOWN_REJECTS]:
        console.print(f"  [yellow]line {found.line}[/yellow] recovered: {escape(found.record['recovered'])}")
    if len(flagged) > _SHOWN_REJECTS:
        console.print(f"  … and {len(flagged) - _SHOWN_REJECTS} more lines with something recovered")
    for reject in part.rejects[:_SHOWN_REJECTS]:
        console.print(f"  [red]line {reject.line}[/red] rejected: {reject.reason}: {escape(reject.detail)}")
    if len(part.rejects) > _SHOWN_REJECTS:
        reasons = Counter(f"{reject.reason}: {reject.detail}" for reject in part.rejects[_SHOWN_REJECTS:])
        for reason, count in reasons.most_common(_SHOWN_REJECTS):
            console.print(f"  … and {count} more: {escape(reason)}")
    if part.unknown:
        console.print(f"columns that the mapping does not know (they never land): {escape(', '.join(part.unknown))}")
    if part.repeated or part.totals:
        console.print(f"left out: {part.repeated} repeated headers, {part.totals} totals")


def _print_drafts(settings: Settings, shown: Preview, path: Path, console: Console) -> None:
    for found in shown.drafts:
        target = write_draft(found, path, shown.source, settings.imports)
        console.print(f"\ndrafted [bold]{escape(str(target))}[/bold]; it counts once you have checked it:")
        console.print(escape(found.text))
    if not shown.drafts and any(reject.reason == "no_mapping" for reject in shown.rejects):
        console.print("no row looks like a header that the dictionary knows: write a mapping (docs/importing-files.md)")


def _spans(days: set[date]) -> str:
    """Days as first..last, without their neighbours."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return ", ".join(str(a) if a == b else f"{a}..{b}" for a, b in spans) or "none"


def unclaimed(settings: Settings, configured: set[str]) -> list[str]:
    """Files in the drop folder that no run would look at: their folder names no source, or one without an account."""
    found = []
    if not settings.drop.is_dir():
        return []
    for entry in sorted(settings.drop.iterdir()):
        if entry.name.startswith((".", "_")):  # _seeds: warehouse/seeds.py
            continue
        if entry.is_file():
            found.append(f"{entry}: put it into the folder of its source: {entry.parent}/<source>/<account>/")
        elif entry.name not in sources() and (files := find_files(settings.drop, entry.name)):
            found.append(f"{entry} ({len(files)} files): no source has this name; known: {', '.join(sources())}")
        elif entry.name not in configured and (files := find_files(settings.drop, entry.name)):
            found.append(
                f"{entry} ({len(files)} files): config/accounts.yml has no account of {entry.name}; add one, with "
                'connection: "" if there are only files'
            )
    return found
