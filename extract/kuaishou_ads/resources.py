"""Kuaishou ads: how each resource is asked and paged. Facts: platform-contracts §5.2, §18; samples kuaishou/ads_*.json.

A report of the last days is answered at once; older days are ordered as a file (extract/async_report.py).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from extract.async_report import Orders, Progress, csv_records, ordered_file
from extract.client import ApiClient
from extract.contract import ResourceSpec, load_contract
from extract.errors import BadPayload, ExtractError, Permanent
from extract.kuaishou_ads.client import BASE, connect
from extract.model import BUSINESS_ZONE, Account, Deadline, ExtractContext, Window
from extract.paging import Page, asked_twice, numbered_pages
from extract.session import Answer, Session, need, need_int

_STATES = {"0": "new", "1": "in work", "2": "done", "3": "failed"}
_TASK_NAME_LENGTH = 50


class KuaishouAdsSession:
    """One advertiser."""

    def __init__(self, account: Account, context: ExtractContext, deadline: Deadline) -> None:
        if not account.account.isdecimal():
            raise Permanent(
                "account: expected the advertiser_id, a whole number",
                reason="token",
                scope="account",
                action="correct the account in config/accounts.yml",
            )
        self.client = connect(account, context, deadline)
        self._advertiser = int(account.account)
        self._today = context.business_now.date()
        self._deadline = deadline
        self._campaigns: list[int] | None = None

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """Ask a window; an answer whose pages contradict each other is asked once more, then fails."""
        if "sync_days" in spec.request:
            return self._report(spec, window)
        if spec.window_kind == "days":
            return asked_twice(lambda: self._comments(spec, window))
        return asked_twice(lambda: self._listing(spec))

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    # --- reports -----------------------------------------------------------------------------------------------

    def _report(self, spec: ResourceSpec, window: Window) -> Answer:
        """The days that are answered at once, and those before them as a file. One half that fails leaves the other."""
        oldest = self._today - timedelta(days=int(spec.request["sync_days"]) - 1)
        is_recent = {day: day >= oldest or "view_type" not in spec.request for day in window.days}
        halves = [
            (self._recent, [day for day in window.days if is_recent[day]]),
            (self._older, [day for day in window.days if not is_recent[day]]),
        ]
        asked = [(ask, Window.of_days(part[0], part[-1], spec.name)) for ask, part in halves if part]
        answer = Answer()
        for ask, part in asked:
            try:
                answer.records += asked_twice(lambda ask=ask, part=part: ask(spec, part)).records  # type: ignore[misc]
            except ExtractError as error:
                if len(asked) == 1 or error.scope == "account":
                    raise
                answer.missing.append((part, error))
        return answer

    def _recent(self, spec: ResourceSpec, window: Window) -> Answer:
        body = {
            "start_date": str(window.first_day),
            "end_date": str(window.last_day),
            "temporal_granularity": "DAILY",
            **spec.request.get("body", {}),
        }
        return Answer(records=self._pages(spec, body))

    def _older(self, spec: ResourceSpec, window: Window) -> Answer:
        orders = _Tasks(self.client, self._advertiser, spec, window)
        where = f"{orders.create_path} for {spec.path}"
        content = ordered_file(orders, self._deadline, self.client.limits, where)
        return Answer(records=csv_records(content, where, spec.key))

    # --- listings ----------------------------------------------------------------------------------------------

    def _listing(self, spec: ResourceSpec) -> Answer:
        body = dict(spec.request["body"])
        if not spec.request.get("by_campaign"):
            records = self._pages(spec, body)
            if spec.name == "campaign":
                self._campaigns = _ids(records)
            return Answer(records=records)
        if self._campaigns is None:  # the listing of campaigns failed in this run
            self._listing(load_contract("kuaishou_ads").resources["campaign"])
        rows = [self._pages(spec, {**body, "campaign_id": number}) for number in self._campaigns or []]
        return Answer(records=[row for page in rows for row in page])

    def _comments(self, spec: ResourceSpec, window: Window) -> Answer:
        """Comments written in the window; both ends are milliseconds and count."""
        body = {"post_time_start": _milliseconds(window.start), "post_time_end": _milliseconds(window.end) - 1}
        return Answer(records=self._pages(spec, body))

    def _pages(self, spec: ResourceSpec, body: dict[str, Any]) -> list[Any]:
        size = int(spec.request["page_size"])

        def ask(number: int) -> Page:
            whole = {"advertiser_id": self._advertiser, **body, "page": number, "page_size": size}
            data = need(self.client.call("POST", spec.path, body=whole), "data", dict, spec.path)
            return Page(need(data, "details", list, spec.path), need_int(data, "total_count", spec.path))

        return numbered_pages(ask, size, spec.path)


class _Tasks(Orders):
    """The order of one report (§5.2 async; names up to 50 characters, each only once in an account)."""

    create_path = f"{BASE}/v1/async_task/create"
    list_path = f"{BASE}/v1/async_task/list"
    file_path = f"{BASE}/v1/async_task/download"

    def __init__(self, client: ApiClient, advertiser: int, spec: ResourceSpec, window: Window) -> None:
        self._client = client
        self._advertiser = advertiser
        self._params = {
            "start_date": str(window.first_day),
            "end_date": str(window.last_day),
            "view_type": int(spec.request["view_type"]),
            "temporal_granularity": "DAILY",
        }
        name = f"{spec.name}|{window.first_day}|{window.last_day}|{secrets.token_hex(5)}"
        self._name = name[-_TASK_NAME_LENGTH:]

    def create(self) -> str:
        """Order it. If the platform refuses the name, an earlier attempt got through: that order is taken."""
        body = {"advertiser_id": self._advertiser, "task_name": self._name, "task_params": self._params}
        try:
            data = need(self._client.call("POST", self.create_path, body=body), "data", dict, self.create_path)
            return str(need_int(data, "task_id", self.create_path))
        except Permanent:
            mine = [task for task in self._list({}) if task.get("task_name") == self._name]
            if not mine:
                raise
            return str(need_int(mine[0], "task_id", self.list_path))

    def progress(self, number: str) -> Progress:
        """How far the order is; it is listed at once."""
        task = next((t for t in self._list({"task_ids": [int(number)]}) if t.get("task_id") == number), None)
        if task is None:
            raise BadPayload(f"{self.list_path}: task {number} was created and is not listed")
        status = str(task.get("task_status"))
        size = str(task.get("file_size") or "0")
        return Progress(
            _STATES.get(status, f"status {status}"),
            is_done=status == "2",
            is_failed=status not in ("0", "1", "2"),
            size=int(size) if size.isdecimal() else 0,
        )

    def download(self, number: str) -> bytes:
        """The CSV file."""
        return self._client.download(self.file_path, query={"advertiser_id": str(self._advertiser), "task_id": number})

    def _list(self, which: dict[str, Any]) -> list[dict[str, Any]]:
        body = {"advertiser_id": self._advertiser, **which, "page": 1, "page_size": 20}
        data = need(self._client.call("POST", self.list_path, body=body), "data", dict, self.list_path)
        return [task for task in need(data, "details", list, self.list_path) if isinstance(task, dict)]


def _ids(campaigns: list[Any]) -> list[int]:
    """The ids of what is a campaign; the scrubber says what the others are."""
    found = [row.get("campaign_id") for row in campaigns if isinstance(row, dict)]
    return [int(number) for number in found if isinstance(number, str) and number.isdecimal()]


def _milliseconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=BUSINESS_ZONE).timestamp()) * 1000


def open_session(account: Account, context: ExtractContext, deadline: Deadline) -> Session:
    """A session for one advertiser; makes no call yet. Raises Permanent for missing credentials."""
    return KuaishouAdsSession(account, context, deadline)
