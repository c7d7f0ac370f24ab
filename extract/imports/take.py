"""Taking the files of `<drop>/<source>/` into landing, as the resources file_<fact> of their accounts.

A file in `<source>/<account>/` belongs to that account's run. Files elsewhere below `<source>/` are taken by the run of
the source's first account, and belong to the accounts that their rows or names say (to the only one, if it has one).
A file is taken once: content, path and the mappings of its source. `_files` is written last, so a run that dies takes
its files again, and what landed before becomes sightings.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from extract.errors import internal_error
from extract.imports.convert import Converted, Export, Place, Reject, Unplaced, convert
from extract.imports.mapping import FileMapping, MappingError, digest_of, load_mappings
from extract.imports.reading import UnreadableFile, read_tables
from extract.landing import LandingWriter, files_of, known_hashes, query
from extract.model import Account, Deadline, ExtractContext, Gap, ResourceReport, Window
from extract.scrub import Scrubber
from extract.sources import Source
from extract.windows import merge

LOG = logging.getLogger(__name__)

_UNFINISHED = (".part", ".tmp", ".crdownload", ".download")
NOTHING = "file"
"""The resource under which a file is rejected that has no mapping."""


@dataclass(frozen=True)
class DropFile:
    """One file to take: `name` is its path below the source's folder, `account` that of its folder, if any."""

    path: Path
    name: str
    account: str

    def identity(self, digest: str) -> str:
        """What makes it the same file again: content, path (it may name day and account) and the source's mappings."""
        sha = hashlib.sha256(self.path.read_bytes()).hexdigest()
        return hashlib.sha256(f"{sha}|{self.name}|{digest}".encode()).hexdigest()


def find_files(drop: Path, source: str) -> list[DropFile]:
    """Every file below `<drop>/<source>/`, sorted. Hidden ones, lock files of Excel and unfinished downloads wait."""
    folder = drop / source
    found = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith((".", "~$")) for part in parts) or path.name.endswith(_UNFINISHED) or not path.is_file():
            continue
        found.append(DropFile(path, "/".join(parts), parts[0] if len(parts) > 1 else ""))
    return found


def accounts_of(context: ExtractContext, source: str, default: str = "") -> tuple[str, ...]:
    """The configured accounts of a source, sorted."""
    return tuple(sorted(context.accounts.get(source, ()))) or ((default,) if default else ())


def place_of(file: DropFile, accounts: tuple[str, ...]) -> Place:
    """What is known of the file before it is read."""
    folder = file.account if file.account in accounts else accounts[0] if len(accounts) == 1 else ""
    return Place(file.path, folder, accounts, Export.of(file.path))


def convert_file(
    file: DropFile, accounts: tuple[str, ...], mappings: list[FileMapping], source: Source, identity_key: bytes
) -> tuple[list[Converted], list[Reject]]:
    """Every table of the file that a mapping knows, and why the others (or the file) are not taken."""
    converted: list[Converted] = []
    rejects: list[Reject] = []

    def scrubber(mapping: FileMapping) -> Scrubber:
        return Scrubber(mapping.spec, source.platform, identity_key)

    try:
        tables = read_tables(file.path)
    except UnreadableFile as error:
        return [], [Reject(0, error.reason, error.detail)]
    for table in tables:
        try:
            converted.append(convert(table, mappings, place_of(file, accounts), scrubber))
        except Unplaced as error:
            where = f"sheet {table.name}: " if table.name else ""
            rejects.append(Reject(0, error.reason, where + error.detail))
    return converted, rejects


class _Taking:
    """One run over the files of an account."""

    def __init__(self, account: Account, context: ExtractContext, source: Source) -> None:
        self._account, self._context, self._source = account, context, source
        self.accounts = accounts_of(context, source.name, account.account)
        self.digest = digest_of(source.name, context.imports)
        self._mappings = load_mappings(source.name, context.imports)
        self._writers: dict[tuple[str, str], LandingWriter] = {}
        self.reports: dict[str, ResourceReport] = {}
        place = (context.landing, source.name, account.account)
        self._rejects = LandingWriter(*place, "_rejects", context.fetched_at)
        self._files = LandingWriter(*place, "_files", context.fetched_at)
        self._gaps: dict[str, list[Gap]] = {}
        now = context.business_now.replace(microsecond=0)
        self._now = Window(now, now + timedelta(seconds=1))

    def mine(self) -> list[DropFile]:
        """The files of this run that were not taken yet."""
        is_first = self.accounts[:1] == (self._account.account,)
        files = find_files(self._context.drop, self._source.name)
        mine = [
            f for f in files if (f.account == self._account.account or (is_first and f.account not in self.accounts))
        ]
        if not mine:
            return []
        place = (self._context.landing, self._source.name, self._account.account)
        sql = "select distinct json_extract_string(record, '$.identity') from {files}"
        taken = {row[0] for row in query(sql, files_of(*place, "_files"))}
        return [file for file in mine if file.identity(self.digest) not in taken]

    def take(self, file: DropFile) -> None:
        try:
            converted, rejects = convert_file(
                file, self.accounts, self._mappings, self._source, self._context.identity_key
            )
            identity, size = file.identity(self.digest), file.path.stat().st_size
        except Exception as error:  # a defect must not cost the other files; this one is tried again
            failed = internal_error(error)
            LOG.error("%s: %s", file.name, failed.message)
            self._reject(file, NOTHING, Reject(0, "internal_error", failed.message), "")
            return
        for part in converted:
            self._land(file, part)
        for reject in rejects:
            self._reject(file, NOTHING, reject, "")
        rows = sum(len(part.found) for part in converted)
        status = "taken" if rows else rejects[0].reason if rejects else "nothing_usable"
        shapes = ",".join(part.mapping.shape for part in converted)
        facts = {"path": file.name, "sha256": hashlib.sha256(file.path.read_bytes()).hexdigest(), "bytes": str(size)}
        facts |= {"rows": str(rows), "status": status, "mapping": shapes, "identity": identity}
        self._files.record(self._now, facts)

    def _land(self, file: DropFile, part: Converted) -> None:
        resource = part.mapping.fact.resource
        report = self.report(resource)
        report.fetched += len(part.found) + len(part.rejects)
        for header in part.unknown:
            report.unknown_fields[header[:80]] = report.unknown_fields.get(header[:80], 0) + len(part.found)
        for found in sorted(part.found, key=lambda found: (found.account, found.day, found.line)):
            window = Window.of_days(found.day, found.day, resource)
            self._writer(found.account, resource).record(window, found.record)
        for account in sorted({found.account for found in part.found}):
            good, broken = part.days(account)
            for day in sorted(good):
                self._writer(account, resource).receipt(Window.of_days(day, day, resource))
            report.windows += len(good | broken)
            report.covered += len(good)
            self._gaps.setdefault(account, []).extend(_open_days(file, resource, broken))
        for reject in part.rejects:
            self._reject(file, resource, reject, part.table)

    def _reject(self, file: DropFile, resource: str, reject: Reject, table: str) -> None:
        self.report(resource).rejected += 1
        window = Window.of_days(reject.day, reject.day, resource) if reject.day else self._now
        origin = file.name + (f"[{table}]" if table else "") + (f":{reject.line}" if reject.line else "")
        facts = {"resource": resource, "reason": reject.reason, "detail": reject.detail, "origin": origin}
        self._rejects.record(window, facts)

    def report(self, resource: str) -> ResourceReport:
        return self.reports.setdefault(resource, ResourceReport(resource))

    def _writer(self, account: str, resource: str) -> LandingWriter:
        if (account, resource) not in self._writers:
            place = (self._context.landing, self._source.name, account, resource)
            writer = LandingWriter(*place, self._context.fetched_at, known_hashes(*place))
            self._writers[account, resource] = writer
        return self._writers[account, resource]

    def _parts(self) -> Iterator[LandingWriter]:
        yield self._rejects
        yield from self._writers.values()

    def commit(self) -> None:
        """Rejects and records first, gaps of other accounts, `_files` last; own gaps go into the report."""
        for writer in self._parts():
            writer.commit()
        for (_, resource), writer in self._writers.items():
            self.report(resource).landed += writer.landed
            self.report(resource).sighted += writer.sighted
        for account, gaps in self._gaps.items():
            if account != self._account.account:
                self._land_gaps(account, gaps)
                continue
            for gap in gaps:
                self.report(gap.resource).gaps.append(gap)
        self._files.commit()

    def _land_gaps(self, account: str, gaps: list[Gap]) -> None:
        place = (self._context.landing, self._source.name, account)
        with LandingWriter(*place, "_gaps", self._context.fetched_at) as writer:
            for gap in gaps:
                names = ("resource", "reason", "message", "action", "code", "request_id")
                writer.record(gap.window, {name: getattr(gap, name) for name in names})

    def discard(self) -> None:
        for writer in (*self._parts(), self._files):
            writer.discard()


def _open_days(file: DropFile, resource: str, days: set[date]) -> list[Gap]:
    windows = merge(Window.of_days(day, day, resource) for day in days)
    message = f"{file.name}: not every row of these days can be used"
    action = "see _rejects for the lines; drop a corrected export"
    return [Gap(resource, window, "bad_payload", message, action) for window in windows]


def take_files(account: Account, context: ExtractContext, source: Source) -> list[ResourceReport]:
    """Take every new file of the account's run. Failures are gaps of the report: the next run tries again."""
    window = Window.of_days(context.business_now.date(), context.business_now.date(), NOTHING)
    if not (context.drop / source.name).is_dir():
        return []
    try:
        run = _Taking(account, context, source)
    except MappingError as error:
        gap = Gap(NOTHING, window, "bad_payload", str(error), "correct the mapping; the next run takes the files")
        return [ResourceReport(NOTHING, windows=1, gaps=[gap])]
    deadline = Deadline(context.deadline_seconds)
    try:
        files = run.mine()
        for number, file in enumerate(files):
            if deadline.passed:
                message = f"the deadline of {deadline.seconds:g} s passed before {len(files) - number} files were read"
                gap = Gap(NOTHING, window, "timeout", message, "the next run takes them")
                run.report(NOTHING).gaps.append(gap)
                break
            run.take(file)
        run.commit()
    except Exception as error:  # landing unreadable, disk full: nothing was taken, the next run tries again
        run.discard()
        failed = internal_error(error)
        LOG.error("%s %s: files: %s", account.source, account.account, failed.message)
        gap = Gap(NOTHING, window, failed.reason, failed.message, failed.action, failed.code)
        return [ResourceReport(NOTHING, windows=1, gaps=[gap])]
    except BaseException:
        run.discard()
        raise
    return list(run.reports.values())
