"""Running one account: plan, ask, scrub, land, report. One bad resource, window or record never stops the others."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from extract.columns import ColumnsWriter, scrub_columns, split_good, writer_of
from extract.contract import ResourceSpec
from extract.errors import Delayed, ExtractError, Permanent, internal_error
from extract.imports.take import take_files
from extract.landing import LandingWriter, covered_windows, known_hashes, reported_gaps
from extract.model import (
    BUSINESS_ZONE,
    Account,
    AccountReport,
    Deadline,
    ExtractContext,
    Gap,
    ResourceReport,
    Window,
)
from extract.scrub import Rejected, Scrubber
from extract.session import Answer, Session
from extract.sources import Source, source_of
from extract.windows import Receipt, expired, merge, not_ready, plan, subtract

LOG = logging.getLogger(__name__)

Progress = Callable[[str], None]
_PROGRESS_EVERY = 20  # windows
_UNAVAILABLE_IN_A_ROW = 2  # windows; then the resource is given up for this run
_KNOWN_DAYS = 45  # how far back it is looked up whether a record landed before
_DEAD_RESOURCES = 3  # resources without one answer; then the account is given up for this run


def extract_account(
    account: Account,
    first: date,
    last: date,
    context: ExtractContext,
    *,
    progress: Progress | None = None,
) -> AccountReport:
    """Ask the days `first`..`last` (business days, included) with look-back, and land what comes.

    Failures are in the report and in `_gaps`; only programming errors (an unknown source, first after last) raise.
    """
    source = _checked(account, first, last)
    if source.reads_own_files:
        report = source.module.take_files(account, first, last, context, source, progress)
    else:
        report = AccountReport(account.source, account.account)
        if _is_asked(account, source):
            report = _AccountRun(account, first, last, context, source, progress).run()
        report.resources += take_files(account, context, source)
    try:
        _land_gaps(account, context, report.gaps)
        _land_fields(account, context, report)
    except OSError as error:  # the report still says it; record_unreported writes it down later
        LOG.error(
            "%s %s: gaps or fields not written: %s", account.source, account.account, internal_error(error).message
        )
    LOG.info("%s", report.message())
    return report


def plan_account(account: Account, first: date, last: date, context: ExtractContext) -> list[Window]:
    """The windows that `extract_account` would ask now. Makes no call."""
    source = _checked(account, first, last)
    if source.reads_own_files:
        planned: list[Window] = source.module.plan_files(account, first, last, context, source)
        return planned
    if not _is_asked(account, source):
        return []
    planner = _Planner(account, first, last, context, source)
    return [window for spec in source.contract.planned_for(account.credentials) for window in planner.windows(spec)]


def record_unreported(
    account: Account, first: date, last: date, context: ExtractContext, reason: str = "task_ended"
) -> int:
    """Write `_gaps` rows for windows that were planned today and that no run of today covered or reported.

    For a task that was killed: "today" is the business day of `context.now`. Returns the number of rows.
    """
    source = _checked(account, first, last)
    today = datetime.combine(context.business_now.date(), time(), BUSINESS_ZONE).astimezone(UTC).replace(tzinfo=None)
    if source.reads_own_files:
        planned = source.module.plan_files(account, first, last, context, source)
    elif not _is_asked(account, source):
        return 0  # files that were not taken are taken by the next run
    else:
        planner = _Planner(account, first, last, context, source, before=today)
        specs = source.contract.planned_for(account.credentials)
        planned = [window for spec in specs for window in planner.windows(spec)]
    done: dict[str, list[Window]] = {}
    for receipt in reported_gaps(context.landing, account.source, account.account, since=today):
        done.setdefault(receipt.window.resource, []).append(receipt.window)
    for name in {window.resource for window in planned}:
        for receipt in covered_windows(context.landing, account.source, account.account, name, context.excluded):
            if receipt.fetched_at >= today:
                done.setdefault(name, []).append(receipt.window)
    gaps = [
        Gap(
            window.resource,
            left,
            reason,
            "the task ended before this window was answered or reported",
            "the next run asks again; see the task's log for why it ended",
        )
        for window in planned
        for left in subtract(window, done.get(window.resource, []))
    ]
    _land_gaps(account, context, gaps)
    return len(gaps)


def _is_asked(account: Account, source: Source) -> bool:
    """Whether the account has an interface, and not only files."""
    return source.kind == "api" and not account.is_by_files


def _checked(account: Account, first: date, last: date) -> Source:
    if first > last:
        raise ValueError(f"{account.source} {account.account}: expected first <= last, got {first} > {last}")
    return source_of(account)


def _land_gaps(account: Account, context: ExtractContext, gaps: list[Gap]) -> None:
    with LandingWriter(context.landing, account.source, account.account, "_gaps", context.fetched_at) as writer:
        for gap in gaps:
            record = {name: value for name, value in asdict(gap).items() if name != "window"}
            writer.record(gap.window, record)


def _land_fields(account: Account, context: ExtractContext, report: AccountReport) -> None:
    """Which fields the run's records had: what tells a field that was added, removed or retyped by the platform."""
    now = context.business_now.replace(microsecond=0)
    moment = Window(now, now + timedelta(seconds=1))
    with LandingWriter(context.landing, account.source, account.account, "_fields", context.fetched_at) as writer:
        for resource in report.resources:
            seen = [("known", name, 0) for name in resource.known_fields]
            seen += [("unknown", name, count) for name, count in sorted(resource.unknown_fields.items())]
            seen += [("retyped", name, count) for name, count in sorted(resource.retyped_fields.items())]
            for status, name, count in seen:
                facts = {"resource": resource.resource, "field": name, "status": status, "records": str(count)}
                writer.record(moment, facts)


def reject_record(resource: str, reason: str, detail: str, origin: str) -> dict[str, str]:
    """A `_rejects` record. `detail` names fields and kinds, never values of persons."""
    return {"resource": resource, "reason": reason, "detail": detail, "origin": origin}


class _Planner:
    """Plans an account's windows from landing; `before` leaves out what later runs did (naive UTC)."""

    def __init__(
        self,
        account: Account,
        first: date,
        last: date,
        context: ExtractContext,
        source: Source,
        before: datetime | None = None,
    ) -> None:
        self._account, self._first, self._last = account, first, last
        self._context, self._source, self._before = context, source, before
        self._gaps: list[Receipt] | None = None
        self._known: dict[str, list[Receipt]] = {}

    def windows(self, spec: ResourceSpec) -> list[Window]:
        """Raises duckdb or OS errors if landing cannot be read."""
        place = (self._context.landing, self._account.source, self._account.account)
        if self._gaps is None:
            self._gaps = self._earlier(reported_gaps(*place))
        receipts = self._receipts(spec)
        gaps = [gap.window for gap in self._gaps if gap.window.resource == spec.name]
        if self._context.excluded:  # what an excluded load answered was asked, and is not covered
            gaps += [receipt.window for receipt in self._earlier(covered_windows(*place, spec.name))]
        return plan(
            spec,
            self._first,
            self._last,
            business_now=self._context.business_now,
            ready_at=self._source.ready_at,
            receipts=receipts,
            gaps=gaps,
        )

    def expired(self, spec: ResourceSpec) -> list[Window]:
        """The asked days that the platform no longer has and that never landed."""
        now, ready_at = self._context.business_now, self._source.ready_at
        receipts = self._receipts(spec) if spec.keeps_days else []
        return expired(spec, self._first, self._last, business_now=now, ready_at=ready_at, receipts=receipts)

    def _receipts(self, spec: ResourceSpec) -> list[Receipt]:
        """As landing had them when they were first asked for."""
        if spec.name not in self._known:
            place = (self._context.landing, self._account.source, self._account.account)
            self._known[spec.name] = self._earlier(covered_windows(*place, spec.name, self._context.excluded))
        return self._known[spec.name]

    def _earlier(self, receipts: list[Receipt]) -> list[Receipt]:
        return [item for item in receipts if self._before is None or item.fetched_at < self._before]


class _AccountRun:
    """One run over all resources of an account of an API source."""

    def __init__(
        self,
        account: Account,
        first: date,
        last: date,
        context: ExtractContext,
        source: Source,
        progress: Progress | None,
    ) -> None:
        self._account, self._first, self._last = account, first, last
        self._context, self._source = context, source
        self._progress = progress or (lambda line: None)
        self._deadline = Deadline(context.deadline_seconds)
        self._planner = _Planner(account, first, last, context, source)
        self._stopped: ExtractError | None = None
        self._dead = 0

    def run(self) -> AccountReport:
        report = AccountReport(self._account.source, self._account.account)
        session: Session | None = None
        try:
            session = self._source.connect(self._account, self._context, self._deadline)
        except ExtractError as error:
            self._stopped = error
        try:
            for spec in self._source.contract.planned_for(self._account.credentials):
                report.resources += self._resource(session, spec)
        finally:
            if session is not None:
                report.notices += session.client.notices
                session.close()
        return report

    def _resource(self, session: Session | None, spec: ResourceSpec) -> list[ResourceReport]:
        own = ResourceReport(spec.name)
        windows: list[Window] = []
        late = not_ready(
            spec,
            self._first,
            self._last,
            business_now=self._context.business_now,
            ready_at=self._source.ready_at,
        )
        if late is not None:
            when = f"ready at {self._source.ready_at} of the next day"
            early = Delayed(f"{spec.name}: asked before the platform has it ({when})", action="the next run asks again")
            own.windows += 1
            own.gaps.append(_gap(spec.name, late, early))
        try:
            for lost in self._planner.expired(spec):
                kept = f"{spec.name}: the platform keeps {spec.keeps_days} days, these are older"
                by_hand = "import an export of these days if there is one (docs/importing-files.md)"
                own.windows += 1
                own.gaps.append(_gap(spec.name, lost, Permanent(kept, reason="expired", action=by_hand)))
            windows = self._planner.windows(spec)
            own.windows += len(windows)
            if session is None or self._stopped is not None:
                error = self._stopped or Permanent("not connected")
                own.gaps += [_gap(spec.name, window, error) for window in windows]
                return [own]
            self._progress(f"{self._account.source} {self._account.account}: {spec.name}, {len(windows)} windows")
            sink = _Sink(self._account, self._context, self._source, spec, own)
        except Exception as error:  # landing unreadable: this resource only
            failed = internal_error(error)
            LOG.error("%s %s %s: %s", self._account.source, self._account.account, spec.name, failed.message)
            own.gaps += [_gap(spec.name, window, failed) for window in windows or self._asked(spec)]
            return [own]
        answered = session.client.answered
        ended = self._ask(session, spec, windows, sink, own)
        silent = (
            ended is not None and ended.reason in ("timeout", "unavailable") and session.client.answered == answered
        )
        self._dead = self._dead + 1 if silent else 0
        if ended is not None and (ended.scope == "account" or self._dead >= _DEAD_RESOURCES):
            self._stopped = ended
        sink.commit(windows)
        return sink.reports

    def _ask(
        self, session: Session, spec: ResourceSpec, windows: list[Window], sink: _Sink, own: ResourceReport
    ) -> ExtractError | None:
        """Ask every window; the error that ended the resource early, if one did."""
        unavailable = 0
        for number, window in enumerate(windows):
            try:
                answer = session.fetch(spec, window)
                sink.land(window, answer)
                worst = next((error for _, error in answer.missing if error.scope != "window"), None)
            except ExtractError as error:
                worst = error
                own.gaps.append(_gap(spec.name, window, error))
            except Exception as error:  # a bug or a full disk must not cost the other windows
                worst = internal_error(error)
                own.gaps.append(_gap(spec.name, window, worst))
            if worst is not None:
                LOG.warning("%s %s %s %s: %s", *self._where, spec.name, window, worst.message)
                unavailable = unavailable + 1 if worst.reason == "unavailable" else 0
                if worst.scope != "window" or unavailable >= _UNAVAILABLE_IN_A_ROW:
                    own.gaps += [_gap(spec.name, rest, worst) for rest in windows[number + 1 :]]
                    return worst
            else:
                unavailable = 0
            if (number + 1) % _PROGRESS_EVERY == 0:
                self._progress(
                    f"{self._account.source} {self._account.account}: {spec.name} {number + 1}/{len(windows)}"
                )
        return None

    @property
    def _where(self) -> tuple[str, str]:
        return self._account.source, self._account.account

    def _asked(self, spec: ResourceSpec) -> list[Window]:
        return [Window.of_days(self._first, self._last, spec.name)]


class _Sink:
    """Scrubs and lands the answers of one resource (and of those that its calls land too)."""

    def __init__(
        self,
        account: Account,
        context: ExtractContext,
        source: Source,
        spec: ResourceSpec,
        own: ResourceReport,
    ) -> None:
        self._account, self._context, self._source, self._spec = account, context, source, spec
        self.reports = [own] + [ResourceReport(name) for name in spec.lands_also]
        self._parts: dict[str, tuple[Scrubber, LandingWriter, ResourceReport]] = {}
        self._rejects: list[tuple[Window, dict[str, str]]] = []
        place = (context.landing, account.source, account.account)
        for report in self.reports:
            part = source.contract.resources[report.resource]
            scrubber = Scrubber(part, source.platform, context.identity_key)
            since = context.fetched_at - timedelta(days=max(_KNOWN_DAYS, 2 * spec.look_back))
            if part.lands_columns:
                writer: LandingWriter = writer_of(place, part, context.fetched_at)
            else:
                known = known_hashes(*place, part.name, since)
                writer = LandingWriter(*place, part.name, context.fetched_at, known)
            self._parts[part.name] = (scrubber, writer, report)

    def land(self, window: Window, answer: Answer) -> None:
        """Land a window's records, its receipt (for what is not missing) and its gaps."""
        complete = subtract(window, [part for part, _ in answer.missing])
        if answer.table is not None and not answer.missing:
            self._land_table(window, answer.table)
        batches = {self._spec.name: answer.records, **answer.also}
        clean = {name: self._scrubbed(name, window, records) for name, records in batches.items()}
        for name, (scrubber, writer, report) in self._parts.items():
            for record in clean.get(name, []):
                day = _day_of(scrubber.spec, record) if self._spec.window_kind == "days" else None
                writer.record(_part_of(window, complete, day), record)
            for part in complete:
                writer.receipt(part)
            if name != self._spec.name:
                report.windows += 1
            report.covered += bool(complete)
        gaps: dict[tuple[datetime, datetime, str, str], Gap] = {}
        for part, error in answer.missing:  # several articles may fail alike in one window
            gaps.setdefault((part.start, part.end, error.reason, error.code), _gap(self._spec.name, part, error))
        self.reports[0].gaps += gaps.values()

    def commit(self, windows: list[Window]) -> None:
        """Rejects first, the asked resource last: its receipts promise that the rest is there."""
        place = (self._context.landing, self._account.source, self._account.account)
        try:
            with LandingWriter(*place, "_rejects", self._context.fetched_at) as writer:
                for window, record in self._rejects:
                    writer.record(window, record)
            for scrubber, writer, report in reversed(self._parts.values()):
                writer.commit()
                report.landed, report.sighted = writer.landed, writer.sighted
                scrubber.tell(report)
        except Exception as error:
            failed = internal_error(error)
            LOG.error("%s: landing failed: %s", self._spec.name, failed.message)
            for _, writer, report in self._parts.values():
                if writer.path is None:
                    writer.discard()
                    report.covered = report.landed = report.sighted = 0
            if self._parts[self._spec.name][1].path is None:
                self.reports[0].gaps = [_gap(self._spec.name, window, failed) for window in windows]

    def _land_table(self, window: Window, table: pa.Table) -> None:
        """Land bulk events; what cannot be used is counted by its reason."""
        scrubber, writer, report = self._parts[self._spec.name]
        assert isinstance(writer, ColumnsWriter)
        scrubber.unknown.update({name: len(table) for name in table.column_names if name not in self._spec.fields})
        report.known_fields = [name for name in table.column_names if name in self._spec.fields]
        good, bad = split_good(
            scrub_columns(table, self._spec, self._source.platform, self._context.identity_key), self._spec
        )
        report.fetched += len(table)
        report.rejected += sum(bad.values())
        for why, count in bad.items():
            reason, detail = why.split(": ")
            facts = reject_record(self._spec.name, reason, f"{detail}, {count} rows", self._spec.path)
            self._rejects.append((window, facts))
        writer.table(window, good)

    def _scrubbed(self, name: str, window: Window, records: list[Any]) -> list[dict[str, Any]]:
        scrubber, _, report = self._parts[name]
        clean = []
        for record in records:
            report.fetched += 1
            try:
                kept = scrubber(record)
                _check_day(scrubber.spec, kept, window, self._spec.window_kind)
                clean.append(kept)
            except Rejected as error:
                report.rejected += 1
                row = reject_record(name, error.reason, error.detail, scrubber.spec.path)
                self._rejects.append((window, row))
        return clean


def _check_day(spec: ResourceSpec, record: dict[str, Any], window: Window, kind: str) -> None:
    if kind != "days" or not spec.day_field:
        return
    day = _day_of(spec, record)
    if day is None:
        raise Rejected("bad_date", f"expected {spec.day_field} as YYYY-MM-DD")
    if not window.first_day <= day <= window.last_day:
        raise Rejected("outside_window", f"{spec.day_field} is {day}, the window asked is {window}")


def _day_of(spec: ResourceSpec, record: dict[str, Any]) -> date | None:
    """The record's own day; None where it has none."""
    value: Any = record
    for part in spec.day_field.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _part_of(window: Window, complete: list[Window], day: date | None) -> Window:
    """Where a record lands: under the part of the window whose receipt speaks for it, else under the whole."""
    if day is None:
        return complete[0] if len(complete) == 1 else window
    return next((part for part in complete if part.first_day <= day <= part.last_day), window)


def _gap(resource: str, window: Window, error: ExtractError) -> Gap:
    return Gap(resource, window, error.reason, error.message, error.action, error.code, error.request_id)


__all__ = ["extract_account", "merge", "plan_account", "record_unreported"]
