"""Weibo hot search: taking files into landing, one load per run and resource, streamed.

An hour is covered when every line of it could be read. A file is taken once (sha256 in `_files`), which is written
last: a run that dies takes the file again, and what landed before becomes sightings.
"""

from __future__ import annotations

import csv
import logging
import zlib
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from extract.errors import BadPayload, internal_error
from extract.jsontext import parse
from extract.landing import LandingWriter, covered_windows, files_of, known_hashes, query
from extract.model import Account, AccountReport, Deadline, ExtractContext, Gap, ResourceReport, Window
from extract.scrub import Rejected, Scrubber
from extract.sources import Source
from extract.weibo_hot_search.client import DropFile, digest, find_files, hour_window, open_text
from extract.windows import day_range, latest_day, merge, subtract

LOG = logging.getLogger(__name__)

RESOURCES = {"json": "hot_search_json", "csv": "hot_search_csv"}
_UNREADABLE = (OSError, EOFError, zlib.error)  # gzip.BadGzipFile is an OSError


@dataclass
class _Part:
    """One resource of this run."""

    report: ResourceReport
    writer: LandingWriter
    scrubber: Scrubber
    hours: dict[tuple[str, str], Window] = field(default_factory=dict)

    def window(self, day: str, hour: str) -> Window:
        key = (day, hour)
        if key not in self.hours:
            self.hours[key] = hour_window(day, hour, self.report.resource)
        return self.hours[key]


class _Import:
    """One run over the drop folder."""

    def __init__(self, account: Account, context: ExtractContext, source: Source, files: list[DropFile]) -> None:
        place = (context.landing, account.source, account.account)
        self.parts: dict[str, _Part] = {}
        for shape, name in RESOURCES.items():
            is_used = any(file.shape == shape for file in files)
            known: Container[str] = known_hashes(*place, name) if is_used else frozenset()
            writer = LandingWriter(*place, name, context.fetched_at, known)
            scrubber = Scrubber(source.resources[name], source.platform, context.identity_key)
            self.parts[shape] = _Part(ResourceReport(name), writer, scrubber)
        self.rejects = LandingWriter(*place, "_rejects", context.fetched_at)
        self.files = LandingWriter(*place, "_files", context.fetched_at)
        now = context.business_now.replace(microsecond=0)
        self._now = Window(now, now + timedelta(seconds=1))

    def take(self, file: DropFile) -> None:
        sha256, size = digest(file.path)
        part = self.parts[file.shape]
        before = part.report.fetched
        good: set[Window] = set()
        broken: set[Window] = set()
        status = "taken"
        try:
            (self._take_json if file.shape == "json" else self._take_csv)(file, part, good, broken)
        except _UNREADABLE as error:
            self._reject(part, file, 0, "unreadable_file", f"{type(error).__name__} while reading", self._now)
            status = "unreadable"
        except BadPayload as error:
            window = _hour_of(file)
            self._reject(part, file, 0, "unreadable_file", error.message, window or self._now)
            broken |= {window} if window else set()
            status = "unreadable"
        except Exception as error:  # a defect must not cost the other files; this one is tried again
            failed = internal_error(error)
            LOG.error("%s: %s", file.name, failed.message)
            self._reject(part, file, 0, "internal_error", failed.message, self._now)
            broken |= good
            status = ""
        if status != "taken":
            broken |= good  # nobody knows which hours would have gone on
        part.report.windows += len(good | broken)
        for window in sorted(good - broken):
            part.writer.receipt(window)
            part.report.covered += 1
        part.report.gaps += [
            Gap(
                part.report.resource,
                window,
                "bad_payload",
                f"{file.name}: not every line of this hour can be read",
                "see _rejects for the lines; drop a corrected file",
            )
            for window in merge(broken - {self._now})
        ]
        rows = part.report.fetched - before
        if status:
            facts = {"path": file.name, "sha256": sha256, "bytes": str(size), "rows": str(rows), "status": status}
            self.files.record(self._now, facts)

    def _take_json(self, file: DropFile, part: _Part, good: set[Window], broken: set[Window]) -> None:
        window = _hour_of(file)
        if window is None or file.hour is None:
            raise BadPayload("expected the path as YYYY-MM-DD/HH.json, got no such day or hour")
        day, hour = file.hour
        records = parse(file.path.read_bytes())
        if not isinstance(records, list):
            raise BadPayload("expected a list of titles")
        good.add(window)
        head = {"snapshot_date": day, "snapshot_hour": hour}
        for rank, record in enumerate(records, start=1):
            part.report.fetched += 1
            try:
                whole = {**record, **head, "rank": str(rank)} if isinstance(record, dict) else record
                if type(record) is not dict and isinstance(record, dict):
                    raise Rejected("duplicate_key", "a key occurs twice in the record")
                part.writer.record(window, part.scrubber(whole))
            except Rejected as error:
                broken.add(window)
                self._reject(part, file, rank, error.reason, error.detail, window)

    def _take_csv(self, file: DropFile, part: _Part, good: set[Window], broken: set[Window]) -> None:
        header = list(part.scrubber.spec.fields)
        with open_text(file.path) as text:
            reader = csv.reader(text)
            first = next(reader, None)
            if first != header:
                came = "an empty file" if first is None else f"{len(first)} other columns"
                raise BadPayload(f"expected the columns {','.join(header)}; got {came}")
            previous: Window | None = None
            suspect = False  # a line whose hour is unknown: the hours before and after it are not complete
            while True:
                line = reader.line_num + 1
                try:
                    row = next(reader)
                except StopIteration:
                    break
                except csv.Error:
                    row = []
                part.report.fetched += 1
                try:
                    window = self._csv_row(part, header, row)
                except Rejected as error:
                    self._reject(part, file, line, error.reason, error.detail, previous or self._now)
                    broken |= {previous} if previous else set()
                    suspect = True
                    continue
                good.add(window)
                if suspect:
                    broken.add(window)
                    suspect = False
                previous = window

    @staticmethod
    def _csv_row(part: _Part, header: list[str], row: list[str]) -> Window:
        """Land one line. Raises Rejected."""
        if len(row) != len(header):
            raise Rejected("bad_line", f"expected {len(header)} columns, got {len(row)}")
        try:
            "".join(row).encode()
        except UnicodeEncodeError:
            raise Rejected("bad_encoding", "expected UTF-8") from None
        try:
            window = part.window(row[0], row[1])
        except ValueError:
            raise Rejected("bad_hour", "expected snapshot_date YYYY-MM-DD and snapshot_hour 00 to 23") from None
        if not row[2].isdecimal():
            raise Rejected("bad_rank", "expected rank_in_file as a whole number")
        part.writer.record(window, part.scrubber(dict(zip(header, row, strict=True))))
        return window

    def _reject(self, part: _Part, file: DropFile, line: int, reason: str, detail: str, window: Window) -> None:
        part.report.rejected += 1
        record = {
            "resource": part.report.resource,
            "reason": reason,
            "detail": detail,
            "origin": f"{file.name}:{line}" if line else file.name,
        }
        self.rejects.record(window, record)

    def commit(self) -> None:
        """Rejects and records first, `_files` last."""
        self.rejects.commit()
        for part in self.parts.values():
            part.writer.commit()
            part.report.landed, part.report.sighted = part.writer.landed, part.writer.sighted
            part.scrubber.tell(part.report)
        self.files.commit()

    def discard(self) -> None:
        for writer in (self.rejects, *(part.writer for part in self.parts.values()), self.files):
            writer.discard()


def take_files(
    account: Account,
    first: date,
    last: date,
    context: ExtractContext,
    source: Source,
    progress: Callable[[str], None] | None,
) -> AccountReport:
    """Take every new file below `<drop>/<source>/`; hours of `first`..`last` that no file ever held are gaps."""
    try:
        return _take_files(account, first, last, context, source, progress or (lambda line: None))
    except Exception as error:  # landing unreadable, disk full: nothing was taken, the next run tries again
        failed = internal_error(error)
        LOG.error("%s %s: %s", account.source, account.account, failed.message)
        window = Window.of_days(first, last, RESOURCES["json"])
        gap = Gap(RESOURCES["json"], window, failed.reason, failed.message, failed.action, failed.code)
        report = ResourceReport(RESOURCES["json"], windows=1, gaps=[gap])
        return AccountReport(account.source, account.account, [report])


def _take_files(
    account: Account,
    first: date,
    last: date,
    context: ExtractContext,
    source: Source,
    progress: Callable[[str], None],
) -> AccountReport:
    deadline = Deadline(context.deadline_seconds)
    files = _new_files(account, context, source)
    run = _Import(account, context, source, files)
    report = AccountReport(account.source, account.account, [part.report for part in run.parts.values()])
    try:
        for number, file in enumerate(files):
            if deadline.passed:
                report.resources[0].gaps += _left_out(files[number:], deadline)
                break
            if number % 24 == 0 or file.shape == "csv":
                progress(f"{account.source} {account.account}: {file.name} ({number + 1}/{len(files)})")
            run.take(file)
        run.commit()
    except BaseException:
        run.discard()
        raise
    known = merge(gap.window for gap in report.gaps)
    missing = _missing_hours(account, first, last, context, source)
    for window in [left for hour in missing for left in subtract(hour, known)]:
        gap = Gap(
            RESOURCES["json"],
            window,
            "no_file",
            "no file was dropped for this hour",
            f"put YYYY-MM-DD/HH.json or a csv into {source.name}/ of the drop folder; an hour nobody took stays a gap",
        )
        report.resources[0].gaps.append(gap)
        report.resources[0].windows += 1
    return report


def plan_files(account: Account, first: date, last: date, context: ExtractContext, source: Source) -> list[Window]:
    """Hours of `first`..`last` that no receipt covers, and hours of new JSON files. The hours inside a new csv are
    known only when it is read."""
    windows = set(_missing_hours(account, first, last, context, source, single=True))
    for file in _new_files(account, context, source):
        hour = _hour_of(file)
        windows |= {hour} if hour else set()
    return sorted(windows)


def _new_files(account: Account, context: ExtractContext, source: Source) -> list[DropFile]:
    files = find_files(context.drop / source.name)
    taken = _taken(account, context)
    new: list[DropFile] = []
    for file in files:
        try:
            identity = file.identity(digest(file.path)[0])
        except OSError:
            continue  # vanished, or not readable yet: the next run sees it again
        if identity not in taken:
            taken.add(identity)
            new.append(file)
    return new


def _taken(account: Account, context: ExtractContext) -> set[tuple[str, str]]:
    rows = query(
        "select distinct json_extract_string(record, '$.sha256'), json_extract_string(record, '$.path') from {files}",
        files_of(context.landing, account.source, account.account, "_files"),
    )
    identities = set()
    for sha256, path in rows:
        parts = str(path).split("/")
        hour = "/".join((parts[-2], parts[-1].removesuffix(".json"))) if str(path).endswith(".json") else ""
        identities.add((str(sha256), hour))
    return identities


def _missing_hours(
    account: Account,
    first: date,
    last: date,
    context: ExtractContext,
    source: Source,
    *,
    single: bool = False,
) -> list[Window]:
    """Uncovered hours of the asked days, merged, or as single hours."""
    last = min(last, latest_day(context.business_now, source.ready_at))
    covered = merge(
        receipt.window
        for name in RESOURCES.values()
        for receipt in covered_windows(context.landing, account.source, account.account, name)
    )
    name = RESOURCES["json"]
    asked: Iterable[Window] = merge(Window.of_days(day, day, name) for day in day_range(first, last))
    left = [Window(part.start, part.end, name) for window in asked for part in subtract(window, covered)]
    if not single:
        return left
    hours: list[Window] = []
    for window in left:
        start = window.start
        while start < window.end:
            hours.append(Window(start, start + timedelta(hours=1), name))
            start += timedelta(hours=1)
    return hours


def _hour_of(file: DropFile) -> Window | None:
    """The hour that a JSON file's path names; None for a csv and for a path that names no hour."""
    try:
        return hour_window(*file.hour, RESOURCES["json"]) if file.hour else None
    except ValueError:
        return None


def _left_out(files: list[DropFile], deadline: Deadline) -> list[Gap]:
    gaps = []
    for file in files:
        window = _hour_of(file)
        if window is not None:
            message = f"{file.name}: the deadline of {deadline.seconds:g} s passed before this file was read"
            gaps.append(Gap(RESOURCES["json"], window, "timeout", message, "the next run takes it"))
    return gaps


__all__ = ["plan_files", "take_files"]
