"""Ocean Engine: how each resource is asked and paged. Facts: platform-contracts §4, §18; samples oceanengine/."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from extract.contract import ResourceSpec
from extract.errors import BadPayload
from extract.model import Account, Deadline, ExtractContext, Window
from extract.oceanengine.client import connect
from extract.paging import Inconsistent, Page, asked_twice, cursor_pages, numbered_pages
from extract.session import Answer, Session, need, need_int

CHECKED_METRICS = ("stat_cost", "show_cnt")  # sums of the rows must equal total_metrics
_PAGE_MODE_LIMIT = 10_000  # promotion/list: beyond this many rows only the cursor mode works


class _TooManyRows(Exception):
    """The listing has more rows than the page mode gives."""


class OceanEngineSession:
    """One advertiser."""

    def __init__(self, account: Account, context: ExtractContext, deadline: Deadline) -> None:
        self.client = connect(account, context, deadline)
        self._advertiser = account.account

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """Ask a window; an answer whose pages contradict each other is asked once more, then fails."""
        ask = self._report if spec.name == "report_custom" else self._listing
        return asked_twice(lambda: ask(spec, window))

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def _listing(self, spec: ResourceSpec, window: Window) -> Answer:
        params = dict(spec.request.get("query", {}))
        if spec.window_kind == "days":
            params |= {"start_time": str(window.first_day), "end_time": str(window.last_day)}
        records, _ = self._pages(spec, params, str(spec.request.get("list", "list")))
        return Answer(records=records)

    def _report(self, spec: ResourceSpec, window: Window) -> Answer:
        """One day. The rows (repeats dropped) must add up to `total_metrics`, which lands as its own resource."""
        params = {
            "data_topic": str(spec.request["data_topic"]),
            "dimensions": json.dumps(list(spec.fields["dimensions"].nested)),
            "metrics": json.dumps(list(spec.fields["metrics"].nested)),
            "filters": "[]",
            "order_by": '[{"field":"stat_time_day","type":"ASC"}]',
            "start_time": f"{window.first_day} 00:00:00",
            "end_time": f"{window.last_day} 23:59:59",
        }
        rows, totals = self._pages(spec, params, "rows")
        if any(total != totals[0] for total in totals):
            raise Inconsistent(f"{spec.path}: total_metrics changed between pages")
        answer = Answer(records=rows)
        total = totals[0] if totals else None
        if isinstance(total, dict) and total:
            for metric in CHECKED_METRICS:
                expected = _decimal(total.get(metric), spec.path, metric)
                summed = sum((_metric(row, metric, spec.path) for row in rows), Decimal(0))
                if summed != expected:
                    raise Inconsistent(
                        f"{spec.path}: rows of {window} add up to {metric} {summed}, total_metrics says {expected}"
                    )
            answer.also["report_custom_total"] = [{"stat_time_day": str(window.first_day), "metrics": total}]
        return answer

    def _pages(self, spec: ResourceSpec, params: dict[str, str], list_name: str) -> tuple[list[Any], list[Any]]:
        """All rows, repeats dropped, and each page's total_metrics."""
        size = int(spec.request["page_size"])
        params = {"advertiser_id": self._advertiser, **params}
        totals: list[Any] = []

        def ask(number: int) -> Page:
            query = {**params, "page": str(number), "page_size": str(size)}
            data = need(self.client.call("GET", spec.path, query=query), "data", dict, spec.path)
            info = need(data, "page_info", dict, spec.path)
            rows = need_int(info, "total_number", spec.path)
            if rows > _PAGE_MODE_LIMIT and "cursor" in spec.request.get("modes", ()):
                raise _TooManyRows
            totals.append(data.get("total_metrics"))
            return Page(need(data, list_name, list, spec.path), rows, need_int(info, "total_page", spec.path))

        try:
            return numbered_pages(ask, size, spec.path), totals
        except _TooManyRows:
            return self._cursor_pages(spec, params, list_name, size), []

    def _cursor_pages(self, spec: ResourceSpec, params: dict[str, str], list_name: str, size: int) -> list[Any]:
        def ask(cursor: str) -> tuple[list[Any], str | None]:
            query = {**params, "cursor": cursor, "count": str(size)}
            data = need(self.client.call("GET", spec.path, query=query), "data", dict, spec.path)
            info = need(data, "cursor_info", dict, spec.path)
            following = need(info, "cursor", str, spec.path) if info.get("has_more") is True else None
            return need(data, list_name, list, spec.path), following

        return cursor_pages(ask, spec.path)


def _metric(row: Any, metric: str, where: str) -> Decimal:
    metrics = row.get("metrics") if isinstance(row, dict) else None
    return _decimal(metrics.get(metric) if isinstance(metrics, dict) else None, where, metric)


def _decimal(text: Any, where: str, metric: str) -> Decimal:
    """A number written as text, thousands separators tolerated. Raises BadPayload."""
    try:
        return Decimal(str(text).replace(",", ""))
    except InvalidOperation:
        raise BadPayload(f"{where}: expected {metric} as a number in every row and in total_metrics") from None


def open_session(account: Account, context: ExtractContext, deadline: Deadline) -> Session:
    """A session for one advertiser; makes no call yet. Raises Permanent for missing credentials."""
    return OceanEngineSession(account, context, deadline)
