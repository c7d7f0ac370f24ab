"""Xiaohongshu: how each resource is asked and paged. Facts: platform-contracts §6, §18; samples xiaohongshu/."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from extract.contract import ResourceSpec
from extract.errors import Delayed, Permanent
from extract.jsontext import canonical
from extract.model import Account, Deadline, ExtractContext, Window
from extract.paging import Inconsistent, Page, Rows, asked_twice, numbered_pages
from extract.session import Answer, Session, need, need_int
from extract.sources import sources
from extract.xiaohongshu.client import connect

LEVELS = ("creative", "creativity")  # the last part of the report's path (§18)


class XiaohongshuSession:
    """One advertiser of 聚光, or one brand account of 蒲公英."""

    def __init__(self, account: Account, context: ExtractContext, deadline: Deadline) -> None:
        self.client = connect(account, context, deadline)
        self._account = account.account
        self._yesterday = context.business_now.date() - timedelta(days=1)
        self._level = account.credentials.get("report_level") or ""
        if self._level and self._level not in LEVELS:
            raise Permanent(
                f"connection {account.connection}: expected report_level {' or '.join(LEVELS)}, got another value",
                reason="token",
                scope="account",
                action=f"correct report_level in the connection {account.connection}",
            )
        self._snapshots: dict[date, list[Any]] = {}

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """Ask a window; an answer whose pages contradict each other is asked once more, then fails."""
        asks = {
            "report_creative": self._report,
            "report_note": self._report,
            "pgy_note": self._notes,
            "pgy_kol": self._creators,
        }
        ask = asks.get(spec.name, self._listing)
        return asked_twice(lambda: ask(spec, window))

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    # --- 聚光 ---------------------------------------------------------------------------------------------------

    def _listing(self, spec: ResourceSpec, window: Window) -> Answer:
        rows = self._pages(spec, spec.path, self._advertiser(spec))
        names = spec.request.get("older_names", {})
        return Answer(records=[_renamed(row, names) for row in rows])

    def _report(self, spec: ResourceSpec, window: Window) -> Answer:
        """Rows by day. The key must be unique: a report that is split further would lose rows later."""
        path = spec.path.format(level=self._level or spec.request.get("level"))
        days = {"start_date": str(window.first_day), "end_date": str(window.last_day)}
        rows = self._pages(spec, path, {**self._advertiser(spec), **days})
        _check_unique(rows, spec.key, path)
        return Answer(records=rows)

    def _advertiser(self, spec: ResourceSpec) -> dict[str, Any]:
        number = int(self._account) if self._account.isdecimal() else self._account
        return {"advertiser_id": number, **spec.request.get("body", {})}

    # --- 蒲公英 -------------------------------------------------------------------------------------------------

    def _notes(self, spec: ResourceSpec, window: Window) -> Answer:
        """One snapshot. Yesterday's is not ready if it is empty, and notes of the one before should be in it."""
        day = window.first_day
        rows = self._snapshot(spec, day)
        if not rows and day == self._yesterday and self._expected(spec, day):
            raise Delayed(f"{spec.path}: no note in the snapshot of {day} yet", action="the next run asks again")
        return Answer(records=rows)

    def _expected(self, spec: ResourceSpec, day: date) -> bool:
        """Whether the snapshot of the day before shows notes that are young enough for the one of DAY."""
        oldest = str(_first_day(spec, day))
        before = self._snapshot(spec, day - timedelta(days=1))
        return any(str(row.get("note_publish_time"))[:10] >= oldest for row in before if isinstance(row, dict))

    def _snapshot(self, spec: ResourceSpec, day: date) -> list[Any]:
        """Every note of a snapshot, asked by windows of publish days; kept for this run."""
        if day not in self._snapshots:
            rows = Rows()
            last = day
            while last >= _first_day(spec, day):
                first = max(_first_day(spec, day), last - timedelta(days=int(spec.request["days_per_call"]) - 1))
                body = {
                    "user_id": self._account,
                    **spec.request["body"],
                    "start_time": str(first),
                    "end_time": str(last),
                    "date_key": f"{day:%Y%m%d}",
                }
                rows.add(self._pages(spec, spec.path, body))
                last = first - timedelta(days=1)
            _check_unique(rows.all(), ("note_id",), spec.path)
            self._snapshots[day] = rows.all()
        return self._snapshots[day]

    def _creators(self, spec: ResourceSpec, window: Window) -> Answer:
        """The creators of the newest snapshot's notes; each with the answer's date_key."""
        notes = sources()["xiaohongshu"].resources["pgy_note"]
        rows = self._snapshot(notes, window.last_day) or self._snapshot(notes, window.last_day - timedelta(days=1))
        ids = sorted({str(row["kol_id"]) for row in rows if isinstance(row, dict) and row.get("kol_id")})
        size = int(spec.request["kols_per_call"])
        answer = Answer()
        for start in range(0, len(ids), size):
            body = {"user_id": self._account, "kol_ids": ids[start : start + size]}
            data = need(self.client.call("POST", spec.path, body=body), "data", dict, spec.path)
            date_key = data.get("date_key")
            for row in need(data, str(spec.request["list"]), list, spec.path):
                answer.records.append({**row, "date_key": date_key} if isinstance(row, dict) else row)
        return answer

    # --- pages --------------------------------------------------------------------------------------------------

    def _pages(self, spec: ResourceSpec, path: str, body: dict[str, Any]) -> list[Any]:
        """All rows. Where the page number stands in the request, and the total in the answer, differs by call."""
        request = spec.request
        size = int(request["page_size"])

        def ask(number: int) -> Page:
            page: dict[str, dict[str, Any]] = {
                "object": {"page": {"page_index": number, "page_size": size}},
                "plain": {"page": number, "page_size": size},
                "report": {"page_num": number, "page_size": size},
            }
            asked = {**body, **page[request["page"]]}
            data = need(self.client.call("POST", path, body=asked), "data", dict, path)
            *parents, total = str(request["total"]).split(".")
            holder = data
            for parent in parents:
                holder = need(holder, parent, dict, path)
            pages = need_int(data, str(request["pages"]), path) if "pages" in request else None
            return Page(need(data, str(request["list"]), list, path), need_int(holder, total, path), pages)

        return numbered_pages(ask, size, path)


def _first_day(spec: ResourceSpec, day: date) -> date:
    """The first publish day of which notes are followed in the snapshot of DAY."""
    return day - timedelta(days=int(spec.request["published_within"]) - 1)


def _renamed(row: Any, names: dict[str, str]) -> Any:
    """The row with older names of fields replaced by the present ones, where those are absent."""
    if not isinstance(row, dict):
        return row
    older = {names[name]: value for name, value in row.items() if name in names}
    return {**older, **{name: value for name, value in row.items() if name not in names}} if older else row


def _check_unique(rows: list[Any], key: tuple[str, ...], where: str) -> None:
    """Raises Inconsistent when two different rows have one key."""
    seen: set[str] = set()
    for row in rows:
        if not isinstance(row, dict):
            continue
        mark = canonical({name: row.get(name) for name in key})[0]
        if mark in seen:
            raise Inconsistent(f"{where}: two different rows with the same {' and '.join(key)}")
        seen.add(mark)


def open_session(account: Account, context: ExtractContext, deadline: Deadline) -> Session:
    """A session for one account; makes no call yet. Raises Permanent for missing credentials."""
    return XiaohongshuSession(account, context, deadline)
