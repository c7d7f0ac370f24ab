"""The site's events out of the spool into landing: one load per run and resource, filed under the day of the event.

A day is covered when it is over and any event of it came; late events of a covered day land without another receipt.
What landed is marked in the spool last: a run that dies lands the same events again, as sightings.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import date

from extract.errors import internal_error
from extract.landing import LandingWriter, covered_windows, known_hashes
from extract.model import Account, AccountReport, ExtractContext, Gap, ResourceReport, Window
from extract.site.spool import Event, Note, Spool
from extract.sources import Source
from extract.windows import day_range, latest_day, merge, subtract

LOG = logging.getLogger(__name__)
ASKED = "visit"
"""The resource under which a day without any event is a gap."""


def take_files(
    account: Account,
    first: date,
    last: date,
    context: ExtractContext,
    source: Source,
    progress: Callable[[str], None] | None,
) -> AccountReport:
    """Land what the spool holds of complete days; days of `first`..`last` of which nothing ever came are gaps."""
    try:
        report = _take(account, first, last, context, source)
    except Exception as error:  # spool or landing unreadable, disk full: the events are still in the spool
        failed = internal_error(error)
        LOG.error("%s %s: %s", account.source, account.account, failed.message)
        gap = Gap(ASKED, Window.of_days(first, last, ASKED), failed.reason, failed.message, failed.action, failed.code)
        return AccountReport(account.source, account.account, [ResourceReport(ASKED, windows=1, gaps=[gap])])
    if progress:
        progress(f"{account.source} {account.account}: {sum(r.fetched for r in report.resources)} events")
    return report


def plan_files(account: Account, first: date, last: date, context: ExtractContext, source: Source) -> list[Window]:
    """Days of `first`..`last` that no receipt covers, and days of events that wait."""
    latest = latest_day(context.business_now, source.ready_at)
    days = {event.day for event in Spool(context.drop / source.name, account.account).waiting(latest)}
    days |= _uncovered(account, first, min(last, latest), context, ASKED)
    return [Window.of_days(day, day, ASKED) for day in sorted(days)]


def _take(account: Account, first: date, last: date, context: ExtractContext, source: Source) -> AccountReport:
    spool = Spool(context.drop / source.name, account.account)
    latest = latest_day(context.business_now, source.ready_at)
    events, notes = spool.waiting(latest), spool.notes()
    came = {event.day for event in events}
    place = (context.landing, account.source, account.account)
    with LandingWriter(*place, "_rejects", context.fetched_at) as writer:
        for note in notes:
            if note.kind == "reject":
                writer.record(Window.of_days(note.day, note.day, note.resource), note.record)
    report = AccountReport(account.source, account.account)
    for name in source.resources:
        mine = [event for event in events if event.resource == name]
        covers = sorted(_uncovered(account, first, min(last, latest), context, name) & came)
        report.resources.append(_land(account, context, name, mine, covers, notes))
    silent = sorted(_uncovered(account, first, min(last, latest), context, ASKED))
    asked = next(item for item in report.resources if item.resource == ASKED)
    asked.gaps += [_silent(window) for window in merge(Window.of_days(day, day, ASKED) for day in silent)]
    asked.windows += len(asked.gaps)
    spool.landed(events, notes, context.business_now.date())
    return report


def _land(
    account: Account, context: ExtractContext, name: str, events: list[Event], covers: list[date], notes: list[Note]
) -> ResourceReport:
    """Land the events of one type, and receipts for the days that they cover."""
    place = (context.landing, account.source, account.account, name)
    report = ResourceReport(name, windows=len(covers), covered=len(covers), fetched=len(events))
    with LandingWriter(*place, context.fetched_at, known_hashes(*place)) as writer:
        for event in events:
            writer.record(Window.of_days(event.day, event.day, name), event.record)
        for day in covers:
            writer.receipt(Window.of_days(day, day, name))
    report.landed, report.sighted = writer.landed, writer.sighted
    mine = [note for note in notes if note.resource == name]
    report.rejected = sum(note.kind == "reject" for note in mine)
    unknown: Counter[str] = Counter()
    for note in mine:
        if note.kind == "unknown":
            unknown.update({field: int(count) for field, count in note.record.items()})
    report.unknown_fields = dict(unknown)
    report.known_fields = sorted({field for event in events for field in event.record})
    return report


def _uncovered(account: Account, first: date, last: date, context: ExtractContext, name: str) -> set[date]:
    place = (context.landing, account.source, account.account, name)
    covered = merge(receipt.window for receipt in covered_windows(*place, context.excluded))
    return {day for day in day_range(first, last) if subtract(Window.of_days(day, day, name), covered)}


def _silent(window: Window) -> Gap:
    return Gap(
        ASKED,
        Window(window.start, window.end, ASKED),
        "no_file",
        "no event of this day has come",
        "see that the site sends to the receiver (extract/site/README.md); it may still send late events",
    )


__all__ = ["plan_files", "take_files"]
